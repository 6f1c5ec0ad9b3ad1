import { type Cell, type CellMachine, machinesOf } from '../containment/cell';
import { isConfirmed, runStep, type Step, type StepReport } from '../containment/step';
import { nameOf, powerStep } from '../containment/steps';
import { unlessRefused } from './aws';
import { type ContainInput, cellsFor, type NotDone } from './contain';
import type { Disk, Disks, ImageRoot, RootMachine } from './rebuild/disks';
import type { RestoredState } from './rebuild/restored-state';
import type { VerifyLine, VerifyResult } from './verify';
import { isFault } from './verify/fault';
import type { LiveHealth } from './verify/live/health';

export interface RebuildInput extends ContainInput {
  readonly agent: string;
  readonly part: CellMachine['part'];
  /** Id of the image of the new disk. @default the one that the machine was launched with */
  readonly image?: string;
  readonly disks: Disks;
  /** Whether the deployed state volume is the wanted one (rebuild/restored-state.ts). @default nobody asks */
  readonly state?: () => Promise<RestoredState>;
  /** Warden's last health line. */
  readonly health: () => Promise<LiveHealth | undefined>;
  /** The live checks. @param contained whether they accept that the agent is contained */
  readonly verify: (contained: boolean) => Promise<VerifyResult>;
}

/** What a rebuild will do, or did. */
export interface RebuildPlan {
  readonly agent: string;
  readonly machine: string;
  readonly part: CellMachine['part'];
  /** EC2's word: a stopped machine is started for it, and stopped again. */
  readonly state: string;
  readonly image: string;
  /** The snapshot that the new disk is made of. */
  readonly snapshot: string;
  readonly sizeGiB: number;
  readonly key: string;
  /** The disk that is replaced, and kept. */
  readonly oldDisk: string;
  /** The state volume, when the command names its source. */
  readonly stateVolume?: string;
}

export type RebuildResult =
  | { readonly reason: 'planned'; readonly plan: RebuildPlan }
  | {
      readonly reason: 'rebuilt';
      readonly plan: RebuildPlan;
      readonly newDisk: string;
      readonly steps: readonly StepReport[];
      /** The live checks that fail now. */
      readonly failed: readonly VerifyLine[];
      /** Why no check could run. */
      readonly unverified?: string;
    }
  /** The first step that AWS doesn't confirm is the last of them. */
  | {
      readonly reason: 'incomplete';
      readonly plan: RebuildPlan;
      readonly newDisk?: string;
      readonly steps: readonly StepReport[];
    }
  /** Nothing was changed. */
  | { readonly reason: 'refused'; readonly message: string }
  | NotDone;

/** EC2 reboots the machine for it. */
const REPLACE_SECONDS = 600;
/** A proxy box installs its software after its first boot. */
const SERVE_SECONDS = 900;

/**
 * Gives a machine a fresh root disk from an image. Instance, address, interfaces, groups, state volume and role stay
 * (EC2 user guide, "Replace a root volume"). cloud-init finds a disk on which it has never run, and sets the machine up
 * from its user data.
 *
 * The disk is made first, as a volume with the agent's key, because EC2 would choose the key itself if it were only told an
 * image (VOL-1), and would refuse an image whose disk is smaller than the present one.
 *
 * EC2 takes a running machine only. A stopped one, such as that of a contained agent, is started for it in the groups that it
 * has, and stopped again.
 */
export async function rebuild(
  input: RebuildInput,
  options: { readonly dryRun?: boolean } = {},
): Promise<RebuildResult> {
  const found = await cellsFor(input);
  if ('reason' in found) return found;
  return unlessRefused<RebuildResult, RebuildResult>(
    async () => {
      const state = await input.state?.();
      if (state?.reason === 'refused') return state;
      const planned = await planFor(input, found.cells[0], state?.volume);
      if ('reason' in planned) return planned;
      return options.dryRun ? { reason: 'planned', plan: planned.plan } : carryOut(input, planned);
    },
    (message) => ({ reason: 'aws', message }),
  );
}

interface Planned {
  readonly plan: RebuildPlan;
  readonly target: CellMachine;
  readonly machine: RootMachine;
  readonly old: Disk;
}

async function planFor(
  { agent, part, disks, ...input }: RebuildInput,
  cell: Cell,
  stateVolume: string | undefined,
): Promise<Planned | { readonly reason: 'refused'; readonly message: string }> {
  const refused = (message: string) => ({ reason: 'refused', message }) as const;
  const [target, ...more] = machinesOf(cell, part);
  if (target === undefined || more.length > 0) {
    const ids = [target, ...more].flatMap((each) => each?.id ?? []).join(', ') || 'none';
    return refused(`${agent} must have exactly one ${part}, and AWS shows ${ids}`);
  }
  const { id, state } = target;
  if (state !== 'running' && state !== 'stopped') {
    return refused(`${nameOf(target)} is ${state}: run it again when it is running or stopped`);
  }
  const machine = await disks.machine(id);
  const old = machine?.root === undefined ? undefined : await disks.disk(machine.root);
  if (machine?.root === undefined || old?.key === undefined) {
    return refused(`${nameOf(target)} has no encrypted root volume: deploy the stack`);
  }
  const image = input.image ?? machine.image;
  const root = await disks.image(image);
  const wrong = imageFault(image, root, machine);
  if (root === undefined || wrong !== undefined) return refused(wrong ?? image);
  const sizeGiB = Math.max(root.sizeGiB, old.sizeGiB);
  const { snapshot } = root;
  const plan = {
    agent,
    machine: id,
    part,
    state,
    image,
    snapshot,
    sizeGiB,
    key: old.key,
    oldDisk: machine.root,
    ...(stateVolume !== undefined && { stateVolume }),
  };
  return { plan, target, machine, old };
}

function imageFault(image: string, root: ImageRoot | undefined, machine: RootMachine): string | undefined {
  if (root === undefined) {
    return `the image ${image} is gone, or nobody shares it with this account: name another with --image`;
  }
  return root.architecture === machine.architecture
    ? undefined
    : `the image ${image} is for ${root.architecture}, and the machine is ${machine.architecture}: name another with --image`;
}

async function carryOut(
  input: RebuildInput,
  { plan, target, machine, old }: Planned,
): Promise<RebuildResult> {
  const { aws, clock, disks } = input;
  const isStopped = plan.state === 'stopped';
  const started = clock.now();
  let newDisk: string | undefined;
  const made: Step = {
    id: 'make-disk',
    title: `make a disk of ${plan.image} under the agent's key`,
    run: async () => {
      const { snapshot, sizeGiB, key } = plan;
      newDisk = await disks.create({ ...old, zone: machine.zone, snapshot, sizeGiB, key });
    },
    look: async () => {
      const state = (await disks.disk(newDisk ?? ''))?.state ?? 'not listed by AWS';
      return { done: state === 'available', failed: state === 'error', saw: `${newDisk} is ${state}` };
    },
  };
  let task = '';
  const replaced: Step = {
    id: 'replace-root',
    title: `replace the root disk of ${nameOf(target)}`,
    patience: REPLACE_SECONDS,
    run: async () => {
      task = await disks.replaceRoot(target.id, newDisk ?? '');
    },
    look: async () => {
      const [state, now] = [await disks.task(task), (await disks.machine(target.id))?.root];
      return {
        done: state === 'succeeded' && now === newDisk,
        failed: state.startsWith('failed'),
        saw: `${task} is ${state}; the root disk is ${now ?? 'none'}`,
      };
    },
  };
  const steps: StepReport[] = [];
  for (const step of [
    ...(isStopped ? [powerStep(target, aws, { to: 'running' })] : []),
    made,
    replaced,
    ...(isStopped ? [powerStep(target, aws, { to: 'stopped' })] : []),
    ...(!isStopped && plan.part === 'proxy-box' ? [servingStep(input)] : []),
  ]) {
    steps.push(await runStep(step, clock, started));
    if (!isConfirmed(steps)) break;
  }
  if (!isConfirmed(steps) || newDisk === undefined) return { reason: 'incomplete', plan, newDisk, steps };
  const quarantine = await aws.quarantineGroup();
  const isContained = target.interfaces.some(({ groups }) => groups.some((each) => each === quarantine));
  const verified = await input.verify(isContained);
  if (verified.reason === 'no-answer') {
    return { reason: 'rebuilt', plan, newDisk, steps, failed: [], unverified: verified.message };
  }
  const failed = verified.lines.filter(isFault);
  return { reason: 'rebuilt', plan, newDisk, steps, failed };
}

/** The agent has no way out until then. */
function servingStep({ clock, health }: RebuildInput): Step {
  let since = 0;
  return {
    id: 'serve',
    title: 'wait until the proxy box is healthy',
    patience: SERVE_SECONDS,
    run: async () => {
      since = clock.now().getTime();
    },
    look: async () => {
      const last = await health();
      const isNew = last !== undefined && last.at.getTime() > since;
      if (!isNew) return { done: false, saw: 'it has reported nothing since' };
      const saw = last.isHealthy ? 'it is healthy' : `it is not healthy: ${last.reasons.join(', ')}`;
      return { done: last.isHealthy, saw };
    },
  };
}
