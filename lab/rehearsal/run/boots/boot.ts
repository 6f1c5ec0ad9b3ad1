import type { Sight } from '../../plan/sight';
import type { Cast, Score } from '../cast';
import { agentUp, look, remember } from '../inside';
import { type Machine, PATIENCE } from '../machine';

/** Powered on, and the rehearsal's program inside has reported. @throws when it doesn't */
export async function started({ stage }: Cast): Promise<Machine> {
  const machine = await stage.powerOn();
  if ((await machine.guest.booted(0, PATIENCE * 2)) === undefined)
    throw new Error(
      `the machine did not boot within ${PATIENCE * 2} s: ${machine.console.lines.at(-1)?.text ?? 'its console is empty'}`,
    );
  return machine;
}

/** Until the agent is up or its time is over; the agent's user then leaves a line on the state volume. */
export async function upAndSeen(
  { boots }: Score,
  machine: Machine,
  name: string,
  what: string,
  from: number,
): Promise<Sight> {
  const up = await agentUp(machine);
  if (up !== undefined) await remember(machine);
  boots.push({ name, what, ...(up !== undefined && { agentUpSeconds: seconds(from, up) }) });
  return look(machine);
}

/** From milliseconds to seconds with one decimal place. */
export function seconds(from: number, until: number): number {
  return Math.round((until - from) / 100) / 10;
}
