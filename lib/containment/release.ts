import type { Cell, CellMachine, Clock, ControlPlane } from './cell';
import { current, nameOf } from './contain';
import { runStep, type Step, type StepReport } from './step';

export interface Release {
  readonly agent: string;
  /** Whether AWS confirmed every step. */
  readonly isReleased: boolean;
  readonly steps: readonly StepReport[];
}

/**
 * Undoes a containment. Stops at the first machine that isn't confirmed, so that an agent host never starts before its
 * proxy box is back behind its own groups.
 *
 * 1. Sessions of the proxy box's role are allowed again, its own groups put back on its interfaces, and it is started.
 * 2. Then the same for the agent host.
 * 3. People are told, with the reason.
 *
 * Never throws. Sessions that were issued before the containment are valid again until they expire, within six hours.
 */
export async function release(
  cell: Cell,
  aws: ControlPlane,
  clock: Clock,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Release> {
  const started = clock.now();
  const steps: StepReport[] = [];
  const order = [...cell.machines].sort((a, b) => rank(a) - rank(b));
  for (const step of order.flatMap((machine) => stepsFor(machine, cell.agent, aws))) {
    const report = await runStep(step, clock, started);
    steps.push(report);
    if (report.state === 'failed' || report.state === 'unconfirmed') break;
  }
  const isReleased = steps.every(({ state }) => state === 'confirmed' || state === 'skipped');
  const subject = isReleased ? `${cell.agent} is released` : `${cell.agent} is NOT released`;
  const lines = steps.map(({ title, state, saw }) => `${state}: ${title} (${saw})`);
  const tell: Step = {
    id: 'tell',
    title: 'tell people',
    run: () => aws.tell(subject, [`${subject} by ${by}: ${because}`, '', ...lines].join('\n')),
    look: async () => ({ done: true, saw: 'published to the alert topic' }),
  };
  return { agent: cell.agent, isReleased, steps: [...steps, await runStep(tell, clock, started)] };
}

function rank({ part }: CellMachine): number {
  return part === 'proxy-box' ? 0 : 1;
}

function stepsFor(machine: CellMachine, agent: string, aws: ControlPlane): Step[] {
  const { id, part, profile, interfaces } = machine;
  let role: string | undefined;
  let groups: readonly string[] = [];
  const allow: Step = {
    id: 'allow-sessions',
    title: `allow the sessions of the role of ${nameOf(machine)}`,
    skip: profile === undefined ? `${id} has no instance profile` : undefined,
    run: async () => {
      role = await aws.roleOf(profile as string);
      await aws.allowSessions(role);
    },
    look: async () => {
      const denied = await aws.isDenied(role as string);
      return { done: !denied, saw: `the sessions of ${role} are ${denied ? 'denied' : 'allowed'}` };
    },
  };
  const putBack: Step = {
    id: `groups-${part}`,
    title: `put ${nameOf(machine)} back into its own groups`,
    run: async () => {
      groups = await aws.groupsOf(agent, part);
      if (groups.length === 0) throw new Error(`the stack has no security group for the ${part} of ${agent}`);
      for (const { id: each } of interfaces) await aws.setGroups(each, groups);
    },
    look: async () => {
      const now = (await current(machine, agent, aws))?.interfaces ?? [];
      const done = now.length > 0 && now.every((each) => isSame(each.groups, groups));
      return { done, saw: `${now.length} interfaces in ${groups.join(', ')}` };
    },
  };
  const start: Step = {
    id: `start-${part}`,
    title: `start ${nameOf(machine)}`,
    run: () => aws.start(id),
    look: async () => {
      const state = (await current(machine, agent, aws))?.state ?? 'gone';
      return { done: state === 'running', saw: `${id} is ${state}` };
    },
  };
  return part === 'proxy-box' ? [allow, putBack, start] : [putBack, start];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
