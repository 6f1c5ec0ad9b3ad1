import { type Cell, type CellMachine, type Clock, type ControlPlane, machinesOf } from './cell';
import { isConfirmed, runStep, type Step, type StepReport } from './step';
import {
  grantsStep,
  groupsStep,
  isStopped,
  nameOf,
  powerStep,
  recordStep,
  sessionsStep,
  snapshotStep,
  tellStep,
} from './steps';

export interface ContainOptions {
  /** Leaves the agent host running in quarantine, for a look at its memory. @default it is stopped */
  readonly keepRunning?: boolean;
  /** Who or what asked for it, for the mail. */
  readonly by: string;
}

export interface Containment {
  readonly agent: string;
  readonly started: string;
  /** Whether AWS confirmed that the agent has no way out: every proxy box is stopped, or every agent host is. */
  readonly isCut: boolean;
  /** From the start until AWS confirmed the cut; undefined without it. */
  readonly cutSeconds?: number;
  readonly steps: readonly StepReport[];
}

/**
 * Cuts one agent off. Every step is tried, also when another fails. Every step may be repeated.
 *
 * 1. These begin together: the proxy box is stopped by force, which ends its open connections; every interface of both
 *    machines gets the quarantine group; the sessions of the proxy box's role are denied; the agent's grants are deleted; the
 *    volumes of the agent host are snapshotted.
 * 2. Once its snapshots have begun, the agent host is stopped. Last come the snapshots of the proxy box.
 * 3. Each step is read back from AWS. Only a confirmed stop counts as a cut: a changed security group doesn't end
 *    connections that EC2 tracks (EC2 user guide, "Connection tracking").
 * 4. The cut is looked at again, because a release that ran at the same time may have undone it.
 * 5. Who asked for it is left for the records of the proxy box.
 * 6. People are told what AWS confirmed and what it didn't.
 *
 * Never throws.
 */
export async function contain(
  cell: Cell,
  aws: ControlPlane,
  clock: Clock,
  { by, keepRunning }: ContainOptions,
): Promise<Containment> {
  const { agent } = cell;
  const started = clock.now();
  const run = (step: Step) => runStep(step, clock, started);
  const runAll = (steps: readonly Step[]) => Promise.all(steps.map(run));
  const boxes = machinesOf(cell, 'proxy-box');
  const hosts = machinesOf(cell, 'agent-host');
  const skip = keepRunning ? 'left running in quarantine, as asked' : undefined;
  const [boxesStopped, quarantined, denied, grants, ofHosts] = await Promise.all([
    runAll(boxes.map((box) => powerStep(box, aws, { to: 'stopped', force: true }))),
    runAll(cell.machines.map((machine) => quarantineStep(machine, aws))),
    runAll(boxes.map((box) => sessionsStep(box, aws, 'deny'))),
    run(grantsStep(agent, aws)),
    Promise.all(
      hosts.map(async (host) => ({
        evidence: await run(snapshotStep(host, agent, aws, started)),
        stopped: await run(powerStep(host, aws, { to: 'stopped', skip })),
      })),
    ),
  ]);
  const boxEvidence = await runAll(boxes.map((box) => snapshotStep(box, agent, aws, started)));
  const cutSeconds = cutBy(boxesStopped) ?? cutBy(ofHosts.map(({ stopped }) => stopped));
  const again = cutSeconds === undefined ? [] : [await run(stillCutStep(cell, aws))];
  const isCut = cutSeconds !== undefined && isConfirmed(again);
  const steps = [
    ...boxesStopped,
    ...quarantined,
    ...denied,
    grants,
    ...ofHosts.flatMap(({ evidence, stopped }) => [evidence, stopped]),
    ...boxEvidence,
    ...again,
    await run(recordStep(agent, aws, { what: 'contained', by, cut: isCut })),
  ];
  const subject = isCut ? `${agent} is cut off` : `${agent} is NOT confirmed to be cut off`;
  const since = isCut ? `, ${cutSeconds} s after the start` : '';
  const told = await run(tellStep(aws, subject, `${subject}${since}. Asked for by ${by}.`, steps));
  return {
    agent,
    started: started.toISOString(),
    isCut,
    ...(isCut && { cutSeconds }),
    steps: [...steps, told],
  };
}

/** When the last of these machines was seen to be stopped; undefined while one isn't, or there is none. */
function cutBy(stops: readonly StepReport[]): number | undefined {
  const isCut = stops.length > 0 && stops.every(({ state }) => state === 'confirmed');
  return isCut ? Math.max(...stops.map(({ seconds }) => seconds)) : undefined;
}

function stillCutStep(cell: Cell, aws: ControlPlane): Step {
  return {
    id: 'still-cut',
    title: 'see that nobody has started it again meanwhile',
    patience: 10,
    run: async () => undefined,
    look: async () => {
      const now = (await aws.cells()).flatMap(({ machines }) => machines);
      const states = cell.machines.map(({ id, part }) => {
        const state = now.find((each) => each.id === id)?.state;
        return { part, state, text: `${id} is ${state ?? 'not listed by AWS'}` };
      });
      const cut = (['proxy-box', 'agent-host'] as const).some((part) => {
        const own = states.filter((each) => each.part === part);
        return own.length > 0 && own.every(({ state }) => isStopped(state));
      });
      return { done: cut, saw: states.map(({ text }) => text).join(', ') };
    },
  };
}

function quarantineStep(machine: CellMachine, aws: ControlPlane): Step {
  return groupsStep(machine, aws, {
    id: `quarantine-${machine.part}`,
    title: `put ${nameOf(machine)} into the quarantine group`,
    groups: async () => {
      const group = await aws.quarantineGroup();
      if (group !== undefined) return [group];
      throw new Error('the stack has no quarantine group: deploy it once with this version of the kit');
    },
  });
}
