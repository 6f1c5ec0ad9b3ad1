import { drillParameter } from '../../../constructs/names';
import { fail, notApplicable, type PreflightCheck, pass } from './check';

const DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

/** `airlock drill` writes the day into the parameter after AWS has confirmed every step. */
export const killSwitch: PreflightCheck = {
  id: 'kill-switch',
  title: `stopping it was tried in the last ${DAYS} days`,
  run: async ({ airlock, agent, live, now }) => {
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    const name = drillParameter(airlock.name, agent.name);
    const written = await live.text(name);
    const boxes = (await live.machines()).filter(({ part }) => part === 'proxy-box');
    const [box] = boxes;
    if (!box || boxes.length > 1) {
      return fail(
        `${boxes.length} proxy boxes are deployed for it, and it is cut off by stopping one`,
        'deploy the stack, or remove the extra one',
      );
    }
    const fix = `try it now: \`airlock drill ${agent.name}\` contains the agent, releases it and records the day`;
    if (written === undefined) return fail('it was never tried, as far as the stack knows', fix);
    const day = dayOf(written);
    const days = Math.floor((now.getTime() - day) / DAY);
    if (Number.isNaN(days) || days < 0) return fail(`${name} holds no day of the past`, fix);
    return days <= DAYS
      ? pass(`tried ${days} days ago, says ${name}`)
      : fail(`last tried ${days} days ago`, fix);
  },
};

/** @returns milliseconds, or NaN for what is no day of the calendar: JavaScript reads 31 February as 3 March */
function dayOf(text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN);
  return day.getTime() && day.toISOString().startsWith(text) ? day.getTime() : Number.NaN;
}
