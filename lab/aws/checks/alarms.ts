import { randomBytes } from 'node:crypto';
import { HEALTH_METRIC } from '../../../constructs/names';
import { type Check, judge, pass } from '../check';
import { AGENT } from '../configuration';
import { alarmOn, eventsOf, hasGone, machineOf } from '../look';

const ask = (label: string) => `python3 - <<'END'
import socket
labels = ['${label}', 'example', 'com']
name = b''.join(bytes([len(each)]) + each.encode() for each in labels) + b'\\0'
query = b'\\x4a\\x4c\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0' + name + b'\\0\\1\\0\\1'
connection = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
connection.settimeout(10)
connection.sendto(query, ('169.254.169.253', 53))
try:
    answer = connection.recv(512)
    print('code', answer[3] & 15, 'answers', answer[6] * 256 + answer[7])
except OSError:
    print('no answer')
END`;

/** Warden restarts iron-proxy at once, so a unit condition prevents the start; without the condition, warden must start it. */
const DROP_IN = '/run/systemd/system/iron-proxy@.service.d/try-on-aws.conf';
const OFF = `sudo install -D /dev/null ${DROP_IN}
printf '[Unit]\\nConditionPathExists=/run/never-there\\n' | sudo tee ${DROP_IN} >/dev/null
sudo systemctl daemon-reload; sudo systemctl stop 'iron-proxy@*.service'`;
const ON = `sudo rm -f ${DROP_IN}; sudo systemctl daemon-reload`;

/** Alarms that ring. */
export const ALARMS: readonly Check[] = [
  {
    id: 'dns',
    title: 'the VPC resolver refuses a question, logs it, and the alarm rings',
    covers: ['dns-firewall', 'alarms'],
    minutes: 20,
    needs: ['agent-boot'],
    run: async (trial) => {
      const host = await machineOf(trial, 'agent-host');
      const metric = { name: `${trial.stack}/ResolverQueries`, dimensions: {} };
      const { name: alarm } = await alarmOn(trial, metric);
      const began = trial.now();
      const label = `asked-${randomBytes(6).toString('hex')}`;
      const answer = (await trial.inside(host, ask(label))).trim();
      await trial.until('the question is in the query log', async () => {
        const lines = await eventsOf(trial, `/${trial.stack}/resolver-queries`, began, label);
        return lines.length > 0 || undefined;
      });
      const rang = await trial.until('the resolver alarm rings', () => hasGone(trial, alarm, 'ALARM', began));
      return judge(
        answer === 'no answer' || /^code [1-9]\d* answers 0$/.test(answer),
        `${answer}; logged; rang at ${rang}`,
      );
    },
  },
  {
    id: 'health-alarm',
    title: 'the health alarm rings when iron-proxy is stopped, and clears when it may run again',
    covers: ['alarms'],
    minutes: 30,
    needs: ['proxy-boot'],
    run: async (trial) => {
      const metric = { name: HEALTH_METRIC, dimensions: { Stack: trial.stack, Agent: AGENT } };
      const box = await machineOf(trial, 'proxy-box');
      const { name } = await trial.until('the alarm is quiet after the boot', async () => {
        const alarm = await alarmOn(trial, metric);
        return alarm.state === 'OK' ? alarm : undefined;
      });
      const began = trial.now();
      await trial.inside(box, OFF);
      const rang = await trial.until('the alarm rings', () => hasGone(trial, name, 'ALARM', began));
      await trial.inside(box, ON);
      const cleared = await trial.until('the alarm clears', () => hasGone(trial, name, 'OK', new Date(rang)));
      return pass(`stopped at ${began.toISOString()}, rang at ${rang}, cleared at ${cleared}`);
    },
  },
];
