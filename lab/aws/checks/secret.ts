import { randomBytes } from 'node:crypto';
import { type Check, fail, judge } from '../check';
import { AGENT, SECRET } from '../configuration';
import { machineOf } from '../look';
import { request } from '../request';

/** GitHub answers 200 without a token, and 401 to an unknown token. */
export const ARRIVED = 401;

export const secret: Check = {
  id: 'secret',
  title:
    'a rule refuses requests while its secret is unset, and sends the secret after `airlock secrets put`',
  covers: ['secrets'],
  minutes: 15,
  needs: ['agent-boot', 'proxy-boot'],
  run: async (trial) => {
    const host = await machineOf(trial, 'agent-host');
    const before = await request(trial, host, '/zen');
    if (before.status === 200 || before.status === ARRIVED) {
      return fail(`status ${before.status} while the secret was unset: the request left`);
    }
    await trial.airlock(['secrets', 'put', AGENT, SECRET], randomBytes(20).toString('hex'));
    const after = await trial.until('the secret is used', async () => {
      const { status } = await request(trial, host, '/zen');
      return status === ARRIVED || status === 200 ? status : undefined;
    });
    return judge(after === ARRIVED, `unset: status ${before.status}; put: the server answers ${after}`);
  },
};
