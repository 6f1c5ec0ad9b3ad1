import { type Cell, type CellMachine, type Clock, type ControlPlane, machinesOf } from './cell';
import { isConfirmed, runStep, type Step, type StepReport } from './step';
import { groupsStep, nameOf, powerStep, recordStep, sessionsStep, tellStep } from './steps';

export interface Release {
  readonly agent: string;
  /** Whether AWS confirmed every step. */
  readonly isReleased: boolean;
  readonly steps: readonly StepReport[];
}

/**
 * Undoes a containment. It ends at the first step that AWS doesn't confirm, so that an agent host never starts before its
 * proxy box is back in its own groups.
 *
 * 1. The sessions of the proxy box's role are allowed again, its interfaces get its own groups, and it is started.
 * 2. Then the agent host gets its own groups and is started.
 * 3. People are told, with the reason.
 *
 * Never throws. Sessions from before the containment are valid again until they expire, within six hours.
 */
export async function release(
  cell: Cell,
  aws: ControlPlane,
  clock: Clock,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Release> {
  const { agent } = cell;
  const started = clock.now();
  const planned = [
    ...machinesOf(cell, 'proxy-box').flatMap((box) => [
      sessionsStep(box, aws, 'allow'),
      ownGroupsStep(box, agent, aws),
      powerStep(box, aws, { to: 'running' }),
    ]),
    ...machinesOf(cell, 'agent-host').flatMap((host) => [
      ownGroupsStep(host, agent, aws),
      powerStep(host, aws, { to: 'running' }),
    ]),
  ];
  // First, because the box reads it when it starts; without it an agent is released all the same.
  const recorded = await runStep(recordStep(agent, aws, { what: 'released', by, because }), clock, started);
  const steps: StepReport[] = [];
  for (const step of planned) {
    steps.push(await runStep(step, clock, started));
    if (!isConfirmed(steps)) break;
  }
  const isReleased = isConfirmed(steps);
  const subject = isReleased ? `${agent} is released` : `${agent} is NOT released`;
  const told = tellStep(aws, subject, `${subject} by ${by}: ${because}`, steps);
  return { agent, isReleased, steps: [recorded, ...steps, await runStep(told, clock, started)] };
}

function ownGroupsStep(machine: CellMachine, agent: string, aws: ControlPlane): Step {
  const { part } = machine;
  return groupsStep(machine, aws, {
    id: `groups-${part}`,
    title: `put ${nameOf(machine)} back into its own groups`,
    groups: async () => {
      const groups = await aws.groupsOf(agent, part);
      if (groups.length > 0) return groups;
      throw new Error(`the stack has no security group for the ${part} of ${agent}`);
    },
  });
}
