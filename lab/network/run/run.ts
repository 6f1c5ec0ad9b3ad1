import type { Progress } from '../../host/progress';
import type { Tools } from '../../host/requirements';
import type { ProofReport } from '../../proof/judge';
import { Observations, onlyLock, SHIPPED } from '../../proof/observations';
import type { NetworkReport } from '../../report';
import type { NetworkAttempt, NetworkControl } from '../attempts/attempt';
import { ROUTER } from '../plan/namespace';
import { layoutOf } from '../plan/namespaces';
import type { Plan } from '../plan/plan';
import { planLab } from '../plan/read';
import { type Roles, rolesOf } from '../plan/roles';
import { counters } from '../plan/router-rules';
import type { PlainTemplate } from '../weakened/edits';
import { LOCKS, SHUT, VARIANTS, type Weakening, weaken } from '../weakened/variants';
import { type NetworkResults, type NetworkTest, runOn } from './attempts';
import { buildNetwork, type RunningNetwork } from './network';

/** Where attempts should get nothing, and controls an answer; and the opposite. */
const LOCKED = { attempts: 'nothing', controls: 'something' } as const;
const OPENED = { attempts: 'something', controls: 'nothing' } as const;

export interface NetworkRun {
  /** Tells the namespaces of this run from those of any other. */
  readonly run: string;
  readonly template: PlainTemplate;
  readonly roles: Roles;
  readonly attempts: readonly NetworkAttempt[];
  readonly controls: readonly NetworkControl[];
  readonly tools: Tools;
  readonly now: () => Date;
  /** Called while each network runs. */
  readonly checkSealed: () => Promise<void>;
}

export interface NetworkFindings {
  readonly proofs: readonly ProofReport[];
  readonly networks: readonly NetworkReport[];
  /** What dropped how many packets in the shipped network. */
  readonly drops: readonly { readonly by: string; readonly packets: number }[];
  /** Questions to the VPC resolver in the shipped network. */
  readonly questions: { readonly asked: number; readonly answered: number };
}

/**
 * Attacks a template's network.
 *
 * 1. Builds the network as shipped, and runs every attempt and control in it.
 * 2. Builds each copy (weakened, all locks open but one, shut), and runs in it the proofs that name it.
 * 3. Judges every proof by what it showed in each of these networks.
 */
export async function runNetworks(run: NetworkRun, progress: Progress): Promise<NetworkFindings> {
  const { roles, attempts, controls, template } = run;
  const seen = new Observations();
  const networks: NetworkReport[] = [];
  let drops: NetworkFindings['drops'] = [];
  const test = async (name: string, what: string, its: NetworkTest): Promise<NetworkResults> => {
    const readMore = async (network: RunningNetwork) => {
      if (name === SHIPPED) drops = await readDrops(network, its.roles.plan);
    };
    const { results, report } = await testNetwork(
      run,
      { name, what, ...its },
      networks.length,
      readMore,
      progress,
    );
    for (const [id, observation] of results.observations) seen.note(name, id, observation);
    networks.push(report);
    return results;
  };

  const shipped = { roles, attempts, controls, expected: LOCKED };
  const { questions } = await test(SHIPPED, 'the template as it is', shipped);

  for (const { name, weakening, ...its } of copiesOf(run, seen)) {
    if (its.attempts.length + its.controls.length === 0) continue;
    const planned = planLab(weaken(template, weakening, roles));
    const copy = planned.ok ? rolesOf(planned.plan) : undefined;
    if (copy !== undefined) await test(name, weakening.what, { ...its, roles: copy });
    else {
      const saw = `not built: ${planned.ok ? 'no cell' : planned.problems[0]}`;
      for (const { id } of [...its.attempts, ...its.controls]) seen.note(name, id, { result: 'broken', saw });
    }
  }

  const answered = questions.filter(({ action }) => action === 'ANSWERED').length;
  return {
    proofs: [...attempts, ...controls].map((each) => seen.judge(each)),
    networks,
    drops,
    questions: { asked: questions.length, answered },
  };
}

interface Copy extends Omit<NetworkTest, 'roles'> {
  readonly name: string;
  readonly weakening: Weakening;
}

/** Every copy of the template to build, with what to run in it: only what held in the shipped network. */
function copiesOf(run: NetworkRun, seen: Observations): Copy[] {
  const attempts = run.attempts.filter((each) => seen.held(each));
  const controls = run.controls.filter((each) => seen.held(each));
  const list = (all: Readonly<Record<string, Weakening>>) => Object.entries(all);
  return [
    ...list(VARIANTS).map(([name, weakening]) => ({
      ...{ name, weakening, controls: [], expected: OPENED },
      attempts: attempts.filter(({ mustFailIn }) => mustFailIn.some((each) => each === name)),
    })),
    ...list(LOCKS).map(([lock, weakening]) => ({
      ...{ name: onlyLock(lock), weakening, controls: [], expected: LOCKED },
      attempts: attempts.filter(({ locks }) => locks?.some((each) => each === lock)),
    })),
    ...list(SHUT).map(([name, weakening]) => ({
      ...{ name, weakening, attempts: [], expected: OPENED },
      controls: controls.filter(({ mustFailIn }) => mustFailIn.some((each) => each === name)),
    })),
  ];
}

/** Builds one network, runs what belongs there, and takes it down. */
async function testNetwork(
  { run, tools, now, checkSealed }: NetworkRun,
  { name, what, ...test }: NetworkTest & Pick<NetworkReport, 'name' | 'what'>,
  number: number,
  readMore: (network: RunningNetwork) => Promise<void>,
  progress: Progress,
) {
  progress.network(name, what, test.attempts.length + test.controls.length);
  const layout = layoutOf(test.roles.plan, test.roles.agent);
  const begun = now().getTime();
  const network = await buildNetwork(layout, `${run}-${number}`, tools);
  const built = now().getTime();
  try {
    await checkSealed();
    const results = await runOn(network, test, progress.done);
    await readMore(network);
    const report: NetworkReport = {
      ...{ name, what, namespaces: layout.namespaces.length, probes: results.probes },
      buildSeconds: secondsOf(built - begun),
      runSeconds: secondsOf(now().getTime() - built),
    };
    return { results, report };
  } finally {
    await network.takeDown();
  }
}

export const secondsOf = (milliseconds: number) => Math.round(milliseconds / 10) / 100;

async function readDrops(network: RunningNetwork, plan: Plan): Promise<NetworkFindings['drops']> {
  const listed: { nftables: { counter?: { name: string; packets: number } }[] } = JSON.parse(
    await network.run(ROUTER, ['nft', '-j', 'list', 'counters']),
  );
  const texts = new Map(counters(plan).map(({ name, text }) => [name, text]));
  return listed.nftables
    .flatMap(({ counter }) => (counter !== undefined && counter.packets > 0 ? [counter] : []))
    .map(({ name, packets }) => ({ by: texts.get(name) ?? name, packets }))
    .sort((a, b) => b.packets - a.packets);
}
