import type { Inspection } from '../../plan/inspection';
import { agentRuns, inspect, writeLine } from '../inside';
import { LONGEST_WAIT, type Machine } from '../machine';
import type { Rehearsal, Results } from '../rehearsal';

/** Powers on and waits for the rehearsal's program inside. @throws if it doesn't report */
export async function started({ testbed }: Rehearsal): Promise<Machine> {
  const machine = await testbed.powerOn();
  if ((await machine.guest.booted(0, LONGEST_WAIT * 2)) === undefined)
    throw new Error(
      `the machine did not boot within ${LONGEST_WAIT * 2} s: ${machine.console.lines.at(-1)?.text ?? 'its console is empty'}`,
    );
  return machine;
}

/** Waits until the agent runs or the time is over; the agent's user then writes a line to the state volume. */
export async function agentRunsIn(
  { boots }: Results,
  machine: Machine,
  name: string,
  what: string,
  from: number,
): Promise<Inspection> {
  const up = await agentRuns(machine);
  if (up !== undefined) await writeLine(machine);
  boots.push({ name, what, ...(up !== undefined && { agentUpSeconds: seconds(from, up) }) });
  return inspect(machine);
}

/** Milliseconds in seconds with one decimal place. */
export function seconds(from: number, until: number): number {
  return Math.round((until - from) / 100) / 10;
}
