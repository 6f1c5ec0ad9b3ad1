import { type Cell, type Clock, type ControlPlane, liveCells, machinesOf } from '../../containment/cell';
import { type Switches, type Trigger, triggersOf } from '../../containment/trigger';
import { messageOf } from '../../message-of';
import { contain } from '../contain';

export interface AutomaticInput {
  readonly aws: ControlPlane;
  readonly clock: Clock;
  readonly stack: string;
  readonly topic: string;
  readonly switches: Switches;
  readonly log: (entry: object) => void;
}

/**
 * Contains every agent that the event asks for, side by side, and leaves one that is contained already as it is: a message
 * may arrive twice, and evidence is kept once.
 *
 * @param event of AWS Lambda, from Amazon SNS
 * @throws when one isn't confirmed to be cut off, so that Lambda tries again and then tells people
 */
export async function containAutomatically(event: unknown, input: AutomaticInput): Promise<void> {
  const records = (event as { Records?: readonly { Sns?: unknown }[] } | undefined)?.Records ?? [];
  const all = records.flatMap(({ Sns }) => triggersOf(Sns, input.topic, input.switches));
  const triggers = [...new Map(all.map((trigger) => [trigger.agent, trigger])).values()];
  if (triggers.length === 0)
    input.log({ outcome: 'ignored', why: 'no alarm, budget or signal of a switch is named' });
  const failures = await Promise.all(triggers.map((trigger) => containOne(trigger, input)));
  const failed = failures.filter((failure) => failure !== undefined);
  if (failed.length > 0) throw new Error(failed.join('; '));
}

/** @returns why the agent may not be cut off */
async function containOne({ agent, by }: Trigger, input: AutomaticInput): Promise<string | undefined> {
  const { aws, clock, stack, log } = input;
  if (await isContained(agent, input)) {
    log({ agent, by, outcome: 'contained before' });
    return undefined;
  }
  const result = await contain({ aws, clock, stack, agent }, { by });
  log({ agent, by, ...result });
  if (result.reason === 'contained') {
    const isCut = result.containments.every((each) => each.isCut);
    return isCut ? undefined : `${agent} is not confirmed to be cut off`;
  }
  return result.reason === 'unknown-agent' || result.reason === 'planned' ? undefined : result.message;
}

/** Whether it is cut off and quarantined. An agent host that was left running for a look at its memory stays so. */
async function isContained(agent: string, { aws, log }: AutomaticInput): Promise<boolean> {
  try {
    const [cells, group] = await Promise.all([aws.cells(), aws.quarantineGroup()]);
    const cell = liveCells(cells).find((each) => each.agent === agent);
    return cell !== undefined && group !== undefined && isCut(cell, group);
  } catch (error) {
    log({ agent, outcome: 'unclear', why: messageOf(error) });
    return false;
  }
}

function isCut(cell: Cell, group: string): boolean {
  const boxes = machinesOf(cell, 'proxy-box');
  const interfaces = cell.machines.flatMap((machine) => machine.interfaces);
  return (
    boxes.length > 0 &&
    boxes.every(({ state }) => state === 'stopped') &&
    interfaces.every(({ groups }) => groups.length === 1 && groups[0] === group)
  );
}
