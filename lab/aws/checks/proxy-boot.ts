import { auditLogGroup, HEALTH_METRIC } from '../../../constructs/names';
import { type Check, judge } from '../check';
import { AGENT } from '../configuration';
import { machineOf, newest } from '../look';

const WHO = `ps -o user= -p "$(systemctl show -p MainPID --value amazon-cloudwatch-agent)"
sudo find /opt/aws/amazon-cloudwatch-agent -path '*state*' -type f | wc -l`;

export const proxyBoot: Check = {
  id: 'proxy-boot',
  title: 'the proxy box boots, reports its health, and its log agent delivers as `cwagent`',
  covers: ['boots', 'log-agent'],
  minutes: 25,
  needs: ['deploy'],
  run: async (trial) => {
    const metric = { name: HEALTH_METRIC, dimensions: { Stack: trial.stack, Agent: AGENT } };
    await trial.until('the proxy box is healthy', async () => {
      return (await newest(trial, metric)) === 1 || undefined;
    });
    const { logStreams = [] } = await trial.aws<{ logStreams?: { logStreamName: string }[] }>(
      'logs',
      'describe-log-streams',
      { logGroupName: auditLogGroup(trial.stack, AGENT) },
    );
    const streams = logStreams.map(({ logStreamName }) => logStreamName).sort();
    const box = await machineOf(trial, 'proxy-box');
    const [user = '', files = '0'] = (await trial.inside(box, WHO)).trim().split('\n');
    const evidence = `healthy; streams ${streams.join(', ')}; log agent runs as ${user}, ${files.trim()} state files`;
    return judge(streams.includes('warden') && user.trim() === 'cwagent' && Number(files) > 0, evidence);
  },
};
