import { HEALTH_METRIC } from '../../../constructs/names';
import { type Check, pass } from '../check';
import { AGENT } from '../configuration';
import { alarmOn, hasGone, machineOf } from '../look';

/** Warden restarts iron-proxy at once, so a unit condition prevents the start; without the condition, warden must start it. */
const DROP_IN = '/run/systemd/system/iron-proxy@.service.d/try-on-aws.conf';
const OFF = `sudo install -D /dev/null ${DROP_IN}
printf '[Unit]\\nConditionPathExists=/run/never-there\\n' | sudo tee ${DROP_IN} >/dev/null
sudo systemctl daemon-reload; sudo systemctl stop 'iron-proxy@*.service'`;
const ON = `sudo rm -f ${DROP_IN}; sudo systemctl daemon-reload`;

export const healthAlarm: Check = {
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
};
