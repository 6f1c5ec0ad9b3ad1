import { auditLogGroup, HEALTH_METRIC } from '../../../constructs/names';
import settings from '../../../constructs/proxy/boot/airlock-sysctl.conf';
import { type Check, judge, pass } from '../check';
import { AGENT, FIRST, LARGEST, ROOT_GIB } from '../configuration';
import { findings } from '../findings';
import { stackStatus } from '../leftovers';
import { bothMachines, type Machine, machineOf, newest, resourcesOf, waitForAgent } from '../look';
import type { Trial } from '../trial';

const SYSTEM = `. /etc/os-release; echo "$PRETTY_NAME"
for program in curl python3; do command -v $program >/dev/null && echo "has $program" || echo "no $program"; done
systemd-analyze 2>/dev/null | head -1`;

const WHO = `ps -o user= -p "$(systemctl show -p MainPID --value amazon-cloudwatch-agent)"
sudo find /opt/aws/amazon-cloudwatch-agent -path '*state*' -type f | wc -l`;

/** The memory for a burst of requests, in MiB. */
const LEAST = 64;

const FREE = `free -m | awk '/^Mem/ { print "available", $7 } /^Swap/ { print "swap", $2 }'
echo "killed $(sudo journalctl -k -b | grep -c 'Out of memory')"
systemctl show -p Id,MemoryCurrent ironproxy.slice airlock-warden | tr '\\n' ' '`;

/** A leading hyphen tells systemd-sysctl to skip a key that the kernel lacks. */
const WANTED = settings.split('\n').flatMap((line) => {
  const [, key, value] = /^-?([\w./-]+)\s*=\s*(\S+)$/.exec(line.trim()) ?? [];
  return key && value ? [{ key, value }] : [];
});

/** The deployment, and the boots of both machines. */
export const MADE: readonly Check[] = [
  // Runs before the deployment: a low quota ends the run here.
  {
    id: 'account',
    title: "the account's quotas have room for the stack with two agents",
    covers: [],
    minutes: 10,
    needs: [],
    run: async (trial) => {
      trial.configure(() => LARGEST);
      await trial.synth();
      const verdict = await findings(trial, []);
      trial.configure(() => FIRST);
      return verdict;
    },
  },
  {
    id: 'deploy',
    title: 'CloudFormation creates the stack',
    covers: ['deployment'],
    minutes: 30,
    needs: ['account'],
    run: async (trial) => {
      await trial.deploy();
      const status = await stackStatus(trial.aws, trial.stack);
      const made = await resourcesOf(trial);
      trial.notes.set('machines', await bothMachines(trial));
      return judge(status === 'CREATE_COMPLETE', `${status}, ${made.length} resources`);
    },
  },
  // A wrong device name adds a disk, and the image's root disk keeps its own size and key.
  {
    id: 'root-device',
    title: "the template's root disk is the image's, encrypted and of its size",
    covers: ['root-device'],
    minutes: 5,
    needs: ['deploy'],
    run: async (trial) => {
      const host = await look(trial, await machineOf(trial, 'agent-host'));
      const box = await look(trial, await machineOf(trial, 'proxy-box'));
      const good = [host, box].every(({ encrypted }) => encrypted) && host.gib === ROOT_GIB;
      // The state volume is the agent host's second disk.
      return judge(good && host.disks === 2 && box.disks === 1, `host: ${host.text}; proxy box: ${box.text}`);
    },
  },
  // The SSH login needs keys from instance metadata, and the agent's unit starts after every other step of the boot.
  {
    id: 'agent-boot',
    title: 'the agent host boots until its agent runs, and lets `admin` in through the endpoint',
    covers: ['boots', 'debian-image'],
    minutes: 25,
    needs: ['deploy'],
    run: async (trial) => {
      const host = await waitForAgent(trial);
      return pass((await trial.inside(host, SYSTEM)).trim().split('\n').join(', '));
    },
  },
  {
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
  },
  {
    id: 'memory',
    title: 'the proxy box has free memory, and the kernel killed no process for lack of memory',
    covers: ['memory'],
    minutes: 5,
    needs: ['proxy-boot'],
    run: async (trial) => {
      const seen = await trial.inside(await machineOf(trial, 'proxy-box'), FREE);
      const number = (name: string) =>
        Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(seen)?.[1] ?? Number.NaN);
      return judge(
        number('available') >= LEAST && number('killed') === 0,
        seen.trim().split('\n').join(', '),
      );
    },
  },
  {
    id: 'kernel-settings',
    title: 'every kernel setting of the proxy box is in force',
    covers: ['kernel-settings'],
    minutes: 5,
    needs: ['proxy-boot'],
    run: async (trial) => {
      const script = WANTED.map(({ key }) => `echo "${key} $(sysctl -n ${key} 2>/dev/null || echo unknown)"`);
      const seen = (await trial.inside(await machineOf(trial, 'proxy-box'), script.join('\n'))).split('\n');
      const wrong = WANTED.filter(({ key, value }) => !seen.includes(`${key} ${value}`)).map(
        ({ key, value }) => `${seen.find((line) => line.startsWith(`${key} `)) ?? key}, not ${value}`,
      );
      return judge(wrong.length === 0, wrong.join('; ') || `all ${WANTED.length} as written`);
    },
  },
];

async function look(trial: Trial, { disks, rootDevice, image }: Machine) {
  const root = disks.find(({ device }) => device === rootDevice);
  if (!root) throw new Error(`no disk of ${image} is attached as its root ${rootDevice}`);
  const { Volumes = [] } = await trial.aws<{ Volumes?: { Size: number; Encrypted: boolean }[] }>(
    'ec2',
    'describe-volumes',
    { VolumeIds: [root.volume] },
  );
  const { Size: gib = 0, Encrypted: encrypted = false } = Volumes[0] ?? {};
  const text = `${image}, ${rootDevice}, ${gib} GiB, ${encrypted ? '' : 'not '}encrypted, ${disks.length} disks`;
  return { gib, encrypted, disks: disks.length, text };
}
