import { TAG_EVIDENCE } from '../../constructs/names';
import type { CellMachine, ContainmentFacts, ControlPlane } from './cell';
import type { Step, StepReport } from './step';

/** Stops or starts a machine. A terminated machine counts as stopped; one that AWS doesn't list counts as neither. */
export function powerStep(
  machine: CellMachine,
  aws: ControlPlane,
  { to, force = false, skip }: { to: 'stopped' | 'running'; force?: boolean; skip?: string },
): Step {
  const { id, part } = machine;
  const verb = to === 'stopped' ? 'stop' : 'start';
  return {
    id: `${verb}-${part}`,
    title: `${verb} ${nameOf(machine)}${force ? ' by force' : ''}`,
    skip,
    run: () => (to === 'stopped' ? aws.stop(id, force) : aws.start(id)),
    look: async () => {
      const state = (await current(machine, aws))?.state;
      const done = to === 'stopped' ? isStopped(state) : state === to;
      return { done, saw: `${id} is ${state ?? 'not listed by AWS'}` };
    },
  };
}

export function isStopped(state: string | undefined): boolean {
  return state === 'stopped' || state === 'terminated';
}

/** Gives every interface of a machine these groups and no other. */
export function groupsStep(
  machine: CellMachine,
  aws: ControlPlane,
  about: Pick<Step, 'id' | 'title'> & { readonly groups: () => Promise<readonly string[]> },
): Step {
  let groups: readonly string[] = [];
  return {
    ...about,
    run: async () => {
      groups = await about.groups();
      await eachTried(machine.interfaces, ({ id }) => aws.setGroups(id, groups));
    },
    look: async () => {
      const now = await current(machine, aws);
      if (now?.state === 'terminated') return { done: true, saw: `${machine.id} is terminated` };
      const interfaces = now?.interfaces ?? [];
      const others = interfaces.filter((each) => !isSame(each.groups, groups));
      return others.length === 0
        ? {
            done: interfaces.length > 0,
            saw: `${interfaces.length} interfaces of ${machine.id} are in ${groups.join(', ')}`,
          }
        : { done: false, saw: `${others.map(({ id }) => id).join(', ')} has other groups` };
    },
  };
}

/** Denies everything to the sessions of a machine's role, or allows them again. */
export function sessionsStep(machine: CellMachine, aws: ControlPlane, to: 'deny' | 'allow'): Step {
  const { id, profile } = machine;
  let role = '';
  return {
    id: `${to}-sessions`,
    title: `${to} the sessions of the role of ${nameOf(machine)}`,
    skip: profile === undefined ? `${id} has no instance profile` : undefined,
    run: async () => {
      role = await aws.roleOf(profile as string);
      await (to === 'deny' ? aws.denySessions(role) : aws.allowSessions(role));
    },
    look: async () => {
      const isDenied = await aws.isDenied(role);
      const saw = `the sessions of ${role} are ${isDenied ? 'denied' : 'allowed'}`;
      return { done: isDenied === (to === 'deny'), saw };
    },
  };
}

/** Deletes the parameters of the agent's grants: none of them is live again after a release. */
export function grantsStep(agent: string, aws: ControlPlane): Step {
  let ended: readonly string[] = [];
  const rules = (names: readonly string[]) => names.map((name) => name.split('/').pop()).join(', ');
  return {
    id: 'end-grants',
    title: `end the grants of ${agent}`,
    run: async () => {
      ended = await aws.grantsOf(agent);
      await eachTried(ended, (name) => aws.endGrant(name));
    },
    look: async () => {
      const left = await aws.grantsOf(agent);
      if (left.length > 0) return { done: false, saw: `${rules(left)} has a grant` };
      return { done: true, saw: ended.length === 0 ? 'no rule has a grant' : `deleted: ${rules(ended)}` };
    },
  };
}

export function snapshotStep(machine: CellMachine, agent: string, aws: ControlPlane, started: Date): Step {
  const { id, part, volumes } = machine;
  let made: readonly string[] = [];
  const time = started.toISOString();
  return {
    id: `snapshot-${part}`,
    title: `snapshot the volumes of ${nameOf(machine)}`,
    skip: volumes.length === 0 ? `${id} has no volume` : undefined,
    run: async () => {
      const description = `evidence: ${part} of ${agent}, contained ${time}`;
      made = await aws.snapshot(id, description, { [TAG_EVIDENCE]: time });
    },
    look: async () => {
      const states = await aws.snapshotStates(made);
      // A snapshot holds the volume as it was when the snapshot began, however long it takes to finish.
      const good = states.filter((state) => state === 'pending' || state === 'completed').length;
      return {
        done: good === volumes.length,
        saw: `${good} of ${volumes.length} volumes: ${made.join(', ')}`,
      };
    },
  };
}

/** Leaves the facts for the records of the proxy box, which is stopped now. */
export function recordStep(agent: string, aws: ControlPlane, facts: ContainmentFacts): Step {
  return {
    id: 'record',
    title: `leave for the records of ${agent} that it is ${facts.what}`,
    run: () => aws.recordContainment(agent, facts),
    look: async () => ({ done: true, saw: 'its proxy box records it when it runs again' }),
  };
}

/** Tells people the outcome in one sentence, then every step. */
export function tellStep(
  aws: ControlPlane,
  subject: string,
  sentence: string,
  steps: readonly StepReport[],
): Step {
  const lines = steps.map(({ title, state, saw }) => `${state}: ${title} (${saw})`);
  return {
    id: 'tell',
    title: 'tell people',
    run: () => aws.tell(subject, [sentence, '', ...lines].join('\n')),
    look: async () => ({ done: true, saw: 'published to the alert topic' }),
  };
}

export function nameOf({ part, id }: CellMachine): string {
  return `the ${part === 'proxy-box' ? 'proxy box' : 'agent host'} ${id}`;
}

/** @throws the first failure, after every one was tried */
async function eachTried<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(all.map(work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The machine as AWS lists it now. */
async function current({ id }: CellMachine, aws: ControlPlane): Promise<CellMachine | undefined> {
  const machines = (await aws.cells()).flatMap((cell) => cell.machines);
  return machines.find((machine) => machine.id === id);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
