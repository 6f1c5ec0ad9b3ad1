import { auditLogGroup } from '../../../constructs/names';
import { type Check, fail, judge } from '../check';
import { AGENT } from '../configuration';
import { eventsOf, waitForAgent } from '../look';
import { request } from '../request';
import { ARRIVED } from './secret';

const DAY = 86_400_000;

export const comeBack: Check = {
  id: 'return',
  title:
    'a new stack with the name of the destroyed one has the old log, and the old secret after `airlock secrets carry`',
  covers: ['return'],
  minutes: 60,
  needs: ['destroy'],
  run: async (trial) => {
    const began = trial.now();
    await trial.deploy('--import-existing-resources');
    const host = await waitForAgent(trial);
    const { status: before } = await request(trial, host, '/zen');
    if (before === 200 || before === ARRIVED)
      return fail(`status ${before} before the secret was carried over`);
    await trial.airlock(['secrets', 'carry', AGENT]);
    const after = await trial.until('the old secret is used', async () => {
      const { status } = await request(trial, host, '/zen');
      return status === ARRIVED || status === 200 ? status : undefined;
    });
    const lines = await eventsOf(trial, auditLogGroup(trial.stack, AGENT), new Date(began.getTime() - DAY));
    const old = lines.filter(({ ingestionTime }) => ingestionTime < began.getTime()).length;
    return judge(
      after === ARRIVED && old > 0,
      `not carried: status ${before}; carried: the server answers ${after}; ${old} old lines in the log`,
    );
  },
};
