import { type Cell, type CellMachine, type Clock, type ControlPlane, machinesOf } from './cell';
import { runStep, type Step, type StepReport } from './step';
import { groupsStep, nameOf, powerStep, sessionsStep, snapshotStep, tellStep } from './steps';

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
 *    machines gets the quarantine group; the sessions of the proxy box's role are denied; the volumes of the agent host are
 *    snapshotted.
 * 2. Once its snapshots have begun, the agent host is stopped. Last come the snapshots of the proxy box.
 * 3. Each step is read back from AWS. Only a confirmed stop counts as a cut: a changed security group doesn't end
 *    connections that EC2 tracks (EC2 user guide, "Connection tracking").
 * 4. People are told what AWS confirmed and what it didn't.
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
  const [boxesStopped, quarantined, denied, ofHosts] = await Promise.all([
    runAll(boxes.map((box) => powerStep(box, aws, { to: 'stopped', force: true }))),
    runAll(cell.machines.map((machine) => quarantineStep(machine, aws))),
    runAll(boxes.map((box) => sessionsStep(box, aws, 'deny'))),
    Promise.all(
      hosts.map(async (host) => ({
        evidence: await run(snapshotStep(host, agent, aws, started)),
        stopped: await run(powerStep(host, aws, { to: 'stopped', skip })),
      })),
    ),
  ]);
  const boxEvidence = await runAll(boxes.map((box) => snapshotStep(box, agent, aws, started)));
  const steps = [
    ...boxesStopped,
    ...quarantined,
    ...denied,
    ...ofHosts.flatMap(({ evidence, stopped }) => [evidence, stopped]),
    ...boxEvidence,
  ];
  const cutSeconds = cutBy(boxesStopped) ?? cutBy(ofHosts.map(({ stopped }) => stopped));
  const isCut = cutSeconds !== undefined;
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
