import { PREFIX } from '../../host/lock';
import type { Tools } from '../../host/requirements';
import { type LabReport, type NetworkReport, scopeOf } from '../../proof/report/report';
import { judge, judgeControl, type LockReport } from '../../proof/verdict';
import type { DoorsResult } from '../../proxy/run/run';
import type { Attempt, Control } from '../attempts/attempt';
import { ROUTER } from '../plan/namespace';
import { layoutOf } from '../plan/namespaces';
import type { Plan } from '../plan/plan';
import { planLab } from '../plan/read';
import { counters } from '../plan/router-rules';
import { type Scene, sceneOf } from '../plan/scene';
import type { PlainTemplate } from '../weakened/edits';
import {
  LOCKS,
  type LockId,
  onlyLock,
  SHUT,
  type ShutId,
  shut,
  VARIANTS,
  type VariantId,
  weaken,
} from '../weakened/variants';
import { build, command } from './network';
import { type Played, play } from './play';

const SHIPPED = { attempts: 'nothing', controls: 'something' } as const;
const WEAKENED = { attempts: 'something', controls: 'nothing' } as const;

/** Told while a lab runs. */
export interface Progress {
  readonly network: (name: string, what: string, attempts: number) => void;
  readonly attempt: (id: string) => void;
  /** After the last network, whatever came of it. */
  readonly end: () => void;
}

export interface Run {
  /** Tells the namespaces of this run from those of any other. */
  readonly run: string;
  readonly file: string;
  readonly template: PlainTemplate;
  readonly sha256: string;
  readonly scene: Scene;
  readonly attempts: readonly Attempt[];
  readonly controls: readonly Control[];
  readonly tools: Tools;
  readonly now: () => Date;
  /** Plays the doors, when the network has been played. Undefined: they are not. */
  readonly doors?: (progress: Progress) => Promise<DoorsResult>;
}

/** The shipped network first, then each weakened one with the attempts that must get through in it; then the doors. */
export async function runLab(run: Run, progress: Progress): Promise<LabReport> {
  const started = run.now();
  const { scene, attempts, controls, tools, template } = run;
  const { plan } = scene;
  await clearLeftovers();
  const links = await ownLinks();
  const networks: NetworkReport[] = [];
  let sealed = true;
  const onNetwork = async (
    name: string,
    what: string,
    cast: Scene,
    some: readonly Attempt[],
    honest: readonly Control[],
  ) => {
    progress.network(name, what, some.length);
    const begun = run.now().getTime();
    const layout = layoutOf(cast.plan, cast.agent);
    const standing = await build(layout, `${run.run}-${networks.length}`, tools);
    const built = run.now().getTime();
    try {
      sealed = sealed && (await ownLinks()) === links;
      // What should come is given time; what should not is given no more than it needs.
      const expected = name === 'shipped' || name.startsWith('only ') ? SHIPPED : WEAKENED;
      const played = await play(standing, cast, some, honest, expected, progress.attempt);
      const dropped = name === 'shipped' ? await readDrops(standing.run, cast.plan) : [];
      const seconds = (from: number, to: number) => Math.round((to - from) / 10) / 100;
      networks.push({
        name,
        what,
        namespaces: layout.namespaces.length,
        buildSeconds: seconds(begun, built),
        playSeconds: seconds(built, run.now().getTime()),
        probes: played.packets,
      });
      return { played, dropped };
    } finally {
      await standing.takeDown();
    }
  };

  const shipped = await onNetwork('shipped', 'the template as it is', scene, attempts, controls);
  const weakened = new Map<VariantId, Played | string>();
  for (const variant of Object.keys(VARIANTS) as VariantId[]) {
    const some = attempts.filter((each) => each.weakened === variant && needsProof(shipped.played, each));
    if (some.length === 0) continue;
    const planned = planLab(weaken(template, variant, scene));
    const cast = planned.ok ? sceneOf(planned.plan) : undefined;
    if (cast === undefined) {
      weakened.set(variant, `not built: ${planned.ok ? 'no cell' : planned.problems[0]}`);
      continue;
    }
    weakened.set(variant, (await onNetwork(variant, VARIANTS[variant], cast, some, [])).played);
  }
  const locksOf = await playLocks(run, shipped.played, onNetwork);
  const closed = await playShut(run, onNetwork);
  const doors = await run.doors?.(progress);
  sealed = sealed && (await ownLinks()) === links;

  return {
    format: 1,
    scope: scopeOf(doors?.door),
    ...(doors && { door: doors.door }),
    decisions: doors?.decisions ?? [],
    started: started.toISOString(),
    seconds: Math.round((run.now().getTime() - started.getTime()) / 100) / 10,
    template: { file: run.file, sha256: run.sha256 },
    versions: tools.versions,
    attacker: scene.agent.title,
    modes: modesOf(plan),
    machines: plan.stations.map(({ title, v4, publicV4 }) => ({
      title,
      address: v4,
      ...(publicV4 && { publicAddress: publicV4 }),
    })),
    attempts: [
      ...attempts.map((each) => {
        const open = weakened.get(each.weakened);
        return judge(
          each,
          shipped.played.outcomes.get(each.id) ?? 'not played',
          typeof open === 'string' ? open : open?.outcomes.get(each.id),
          locksOf(each),
        );
      }),
      ...(doors?.attempts ?? []),
    ],
    controls: [
      ...controls.map((each) =>
        judgeControl(each, shipped.played.controls.get(each.id) ?? 'not played', (id) =>
          closed.get(id)?.controls.get(each.id),
        ),
      ),
      ...(doors?.controls ?? []),
    ],
    drops: shipped.dropped,
    questions: {
      asked: shipped.played.questions.length,
      answered: shipped.played.questions.filter(({ action }) => action === 'ANSWERED').length,
    },
    networks: [...networks, ...(doors?.networks ?? [])],
    sealed,
    assumptions: plan.network.template.assumptions,
  };
}

type OnNetwork = (
  name: string,
  what: string,
  cast: Scene,
  some: readonly Attempt[],
  honest: readonly Control[],
) => Promise<{ readonly played: Played }>;

/** Each lock by itself, with all others open, against every attempt that says to be stopped by it. */
async function playLocks({ attempts, template }: Run, shipped: Played, onNetwork: OnNetwork) {
  const locks = new Map<LockId, Played>();
  for (const id of Object.keys(LOCKS) as LockId[]) {
    const some = attempts.filter((each) => each.locks?.includes(id) && needsProof(shipped, each));
    const planned = planLab(onlyLock(template, id));
    const cast = planned.ok ? sceneOf(planned.plan) : undefined;
    if (some.length === 0 || cast === undefined) continue;
    locks.set(id, (await onNetwork(`only ${id}`, LOCKS[id].what, cast, some, [])).played);
  }
  return (each: Attempt): LockReport[] =>
    (each.locks ?? []).flatMap((lock) => {
      const there = locks.get(lock)?.outcomes.get(each.id);
      return typeof there === 'object'
        ? [{ lock, held: !there.through && !there.broken, saw: there.saw }]
        : [];
    });
}

/** Networks in which what must work is seen to fail. */
async function playShut({ controls, template }: Run, onNetwork: OnNetwork): Promise<Map<string, Played>> {
  const closed = new Map<string, Played>();
  for (const id of Object.keys(SHUT) as ShutId[]) {
    const planned = planLab(shut(template, id));
    const cast = planned.ok ? sceneOf(planned.plan) : undefined;
    const some = controls.filter(({ failsIn = [] }) => failsIn.includes(id));
    if (cast !== undefined) closed.set(id, (await onNetwork(id, SHUT[id].what, cast, [], some)).played);
  }
  return closed;
}

function needsProof({ outcomes }: Played, { id }: Attempt): boolean {
  const outcome = outcomes.get(id);
  return typeof outcome === 'object' && !outcome.through;
}

function modesOf({ services: { resolver }, stations }: Plan): LabReport['modes'] {
  const nat = stations.some(({ kind }) => kind === 'nat-gateway');
  return {
    resolver: `${resolver.state} (${resolver.why})`,
    egress: nat ? 'NAT gateway' : 'public addresses',
  };
}

/** This machine's own interfaces: the lab adds none to them. */
async function ownLinks(): Promise<string> {
  const links = JSON.parse(await command('ip', ['-json', 'link', 'show'])) as {
    ifname: string;
    ifindex: number;
  }[];
  return links.map(({ ifname, ifindex }) => `${ifindex} ${ifname}`).join('\n');
}

/** A run that was killed together with its janitor leaves namespaces behind; whatever still runs in them goes, too. */
async function clearLeftovers(): Promise<void> {
  const text = await command('ip', ['netns', 'list']);
  for (const name of text.split('\n').map((line) => line.split(' ')[0] ?? '')) {
    if (!name.startsWith(PREFIX)) continue;
    const pids = (await command('ip', ['netns', 'pids', name]).catch(() => ''))
      .split('\n')
      .filter((pid) => pid !== '');
    if (pids.length > 0) await command('kill', ['-9', ...pids]).catch(() => undefined);
    // Its own janitor may be at it, too.
    await command('ip', ['netns', 'delete', name]).catch(() => undefined);
  }
}

async function readDrops(
  inside: (namespace: string, words: readonly string[]) => Promise<string>,
  plan: Plan,
) {
  const listed = JSON.parse(await inside(ROUTER, ['nft', '-j', 'list', 'counters'])) as {
    nftables: { counter?: { name: string; packets: number } }[];
  };
  const texts = new Map(counters(plan).map(({ name, text }) => [name, text]));
  return listed.nftables
    .flatMap(({ counter }) => (counter !== undefined && counter.packets > 0 ? [counter] : []))
    .map(({ name, packets }) => ({ by: texts.get(name) ?? name, packets }))
    .sort((a, b) => b.packets - a.packets);
}
