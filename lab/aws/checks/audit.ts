import { randomBytes } from 'node:crypto';
import { auditLogGroup } from '../../../constructs/names';
import { type Check, judge } from '../check';
import { AGENT } from '../configuration';
import { eventsOf, machineOf } from '../look';
import { request } from '../request';

export const audit: Check = {
  id: 'audit',
  title: 'a refused request is in the audit log within a minute',
  covers: ['audit'],
  minutes: 10,
  needs: ['agent-boot', 'proxy-boot'],
  run: async (trial) => {
    const host = await machineOf(trial, 'agent-host');
    const marker = `refused-${randomBytes(8).toString('hex')}`;
    const began = trial.now();
    const { status } = await request(trial, host, `/${marker}`);
    const arrived = await trial.until('its line is in the audit log', async () => {
      const [event] = await eventsOf(trial, auditLogGroup(trial.stack, AGENT), began, marker);
      return event?.ingestionTime;
    });
    const seconds = Math.round((arrived - began.getTime()) / 1000);
    return judge(seconds <= 60 && status >= 400, `status ${status}; in the log after ${seconds} s`);
  },
};
