import type { DrillResult } from '../../../lib/operations/contain';
import { type Check, fail, judge } from '../check';
import { AGENT } from '../configuration';
import { waitForAgent } from '../look';
import { request } from '../request';
import { ARRIVED } from './secret';

/** KILL-1. */
const MOST_SECONDS = 60;

export const containment: Check = {
  id: 'containment',
  title: 'a drill cuts the agent off within a minute, with EC2’s time for a forced stop, and puts it back',
  covers: ['containment'],
  minutes: 30,
  needs: ['secret'],
  run: async (trial) => {
    const drilled = await trial.airlockJson<Partial<DrillResult>>(['drill', AGENT]);
    if (drilled.reason !== 'drilled' || !('containment' in drilled)) {
      return fail(`no drill: ${JSON.stringify(drilled)}`);
    }
    const { isCut, cutSeconds = Number.POSITIVE_INFINITY, steps = [] } = drilled.containment ?? {};
    const open = steps.filter(({ state }) => state !== 'confirmed').map(({ id }) => id);
    if (drilled.release?.isReleased !== true) return fail(`cut off after ${cutSeconds} s, and not released`);
    const host = await waitForAgent(trial);
    const after = await trial.until('the released agent gets an answer', async () => {
      const { status } = await request(trial, host, '/zen');
      return status === ARRIVED ? status : undefined;
    });
    return judge(
      isCut === true && cutSeconds < MOST_SECONDS && open.length === 0,
      `cut off, as EC2 confirms, after ${cutSeconds} s; not confirmed: ${open.join(', ') || 'nothing'}; released, and the server answers ${after}`,
    );
  },
};
