import { TAG_EVIDENCE } from '../../constructs/names';
import { type Cell, type CellMachine, type Clock, type ControlPlane, machinesOf } from './cell';
import { runStep, type Step, type StepReport } from './step';

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
 * Cuts one agent off. Every step is tried, also when another fails; each may be repeated.
 *
 * 1. Side by side: the proxy box is stopped by force (open connections end with it), every interface of both machines gets
 *    the quarantine group, sessions of the proxy box's role are denied, and every volume is snapshotted.
 * 2. Once its snapshots have begun, the agent host is stopped.
 * 3. Each step is read back from AWS. Only a confirmed stop counts as a cut: a changed security group doesn't end
 *    connections that EC2 tracks (EC2 user guide, "Connection tracking").
 * 4. People are told what was confirmed and what was not.
 *
 * Never throws.
 */
export async function contain(
  cell: Cell,
  aws: ControlPlane,
  clock: Clock,
  options: ContainOptions,
): Promise<Containment> {
  const started = clock.now();
  const run = (step: Step) => runStep(step, clock, started);
  const boxes = machinesOf(cell, 'proxy-box');
  const hosts = machinesOf(cell, 'agent-host');
  const [boxesStopped, quarantined, denied, hostSteps] = await Promise.all([
    Promise.all(boxes.map((box) => run(stopStep(box, cell.agent, aws, { force: true })))),
    Promise.all(cell.machines.map((machine) => run(quarantineStep(machine, aws)))),
    Promise.all(boxes.map((box) => run(denyStep(box, aws)))),
    Promise.all(
      hosts.map(async (host) => {
        const evidence = await run(snapshotStep(host, cell.agent, aws, started));
        const skip = options.keepRunning ? 'left running in quarantine, as asked' : undefined;
        return [evidence, await run(stopStep(host, cell.agent, aws, { force: false, skip }))] as const;
      }),
    ),
  ]);
  const boxEvidence = await Promise.all(boxes.map((box) => run(snapshotStep(box, cell.agent, aws, started))));
  const hostsStopped = hostSteps.map(([, stopped]) => stopped);
  const cut = cutBy(boxesStopped) ?? cutBy(hostsStopped);
  const done: Containment = {
    agent: cell.agent,
    started: started.toISOString(),
    isCut: cut !== undefined,
    ...(cut !== undefined && { cutSeconds: cut }),
    steps: [...boxesStopped, ...quarantined, ...denied, ...hostSteps.flat(), ...boxEvidence],
  };
  return { ...done, steps: [...done.steps, await tellStep(done, aws, clock, started, options.by)] };
}

/** When the last of these machines was seen to be stopped; undefined while one isn't, or there is none. */
function cutBy(stops: readonly StepReport[]): number | undefined {
  const isCut = stops.length > 0 && stops.every(({ state }) => state === 'confirmed');
  return isCut ? Math.max(...stops.map(({ seconds }) => seconds)) : undefined;
}

function stopStep(
  machine: CellMachine,
  agent: string,
  aws: ControlPlane,
  { force, skip }: { readonly force: boolean; readonly skip?: string },
): Step {
  return {
    id: `stop-${machine.part}`,
    title: `stop ${nameOf(machine)}${force ? ' by force' : ''}`,
    skip,
    run: () => aws.stop(machine.id, force),
    look: async () => {
      const state = (await current(machine, agent, aws))?.state ?? 'gone';
      return { done: state === 'stopped' || state === 'gone', saw: `${machine.id} is ${state}` };
    },
  };
}

function quarantineStep(machine: CellMachine, aws: ControlPlane): Step {
  let group: string | undefined;
  return {
    id: `quarantine-${machine.part}`,
    title: `put ${nameOf(machine)} into the quarantine group`,
    run: async () => {
      group = await aws.quarantineGroup();
      if (group === undefined) {
        throw new Error('the stack has no quarantine group: deploy it once with this version of the kit');
      }
      const only = [group];
      // All are tried: one that fails must not keep the others open.
      const results = await Promise.allSettled(machine.interfaces.map(({ id }) => aws.setGroups(id, only)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    look: async () => {
      const now = (await current(machine, undefined, aws))?.interfaces ?? [];
      const open = now.filter(({ groups }) => groups.length !== 1 || groups[0] !== group);
      return open.length === 0
        ? { done: true, saw: `${now.length} of ${now.length} interfaces are in ${group}` }
        : { done: false, saw: `${open.map(({ id }) => id).join(', ')} has other groups` };
    },
  };
}

function denyStep(box: CellMachine, aws: ControlPlane): Step {
  let role: string | undefined;
  const { profile } = box;
  return {
    id: 'deny-sessions',
    title: `deny the sessions of the role of ${nameOf(box)}`,
    skip: profile === undefined ? `${box.id} has no instance profile` : undefined,
    run: async () => {
      role = await aws.roleOf(profile as string);
      await aws.denySessions(role);
    },
    look: async () => {
      const done = await aws.isDenied(role as string);
      return { done, saw: `the sessions of ${role} are ${done ? 'denied' : 'not denied'}` };
    },
  };
}

function snapshotStep(machine: CellMachine, agent: string, aws: ControlPlane, started: Date): Step {
  let made: readonly string[] = [];
  const description = `evidence: ${machine.part} of ${agent}, contained ${started.toISOString()}`;
  return {
    id: `snapshot-${machine.part}`,
    title: `snapshot the volumes of ${nameOf(machine)}`,
    skip: machine.volumes.length === 0 ? `${machine.id} has no volume` : undefined,
    run: async () => {
      made = await aws.snapshot(machine.id, description, { [TAG_EVIDENCE]: started.toISOString() });
    },
    look: async () => {
      const states = await aws.snapshotStates(made);
      // A snapshot holds the volume as it was when the snapshot was begun, however long it takes to finish.
      const good = states.filter((state) => state === 'pending' || state === 'completed').length;
      return {
        done: good === machine.volumes.length,
        saw: `${good} of ${machine.volumes.length} volumes: ${made.join(', ')}`,
      };
    },
  };
}

async function tellStep(
  { agent, isCut, cutSeconds, steps }: Containment,
  aws: ControlPlane,
  clock: Clock,
  started: Date,
  by: string,
): Promise<StepReport> {
  const subject = isCut ? `${agent} is cut off` : `${agent} is NOT confirmed to be cut off`;
  const lines = steps.map(({ title, state, saw }) => `${state}: ${title} (${saw})`);
  const since = isCut ? `, ${cutSeconds} s after the start` : '';
  const message = [`${subject}${since}. Asked for by ${by}.`, '', ...lines].join('\n');
  return runStep(
    {
      id: 'tell',
      title: 'tell people',
      run: () => aws.tell(subject, message),
      look: async () => ({ done: true, saw: 'published to the alert topic' }),
    },
    clock,
    started,
  );
}

export function nameOf({ part, id }: CellMachine): string {
  return `the ${part === 'proxy-box' ? 'proxy box' : 'agent host'} ${id}`;
}

/** The machine as it is now; undefined when it is gone. */
export async function current(
  { id }: CellMachine,
  agent: string | undefined,
  aws: ControlPlane,
): Promise<CellMachine | undefined> {
  const cells = await aws.cells();
  return cells
    .filter((cell) => agent === undefined || cell.agent === agent)
    .flatMap(({ machines }) => machines)
    .find((machine) => machine.id === id);
}
