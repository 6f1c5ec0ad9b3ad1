import { createHash } from 'node:crypto';
import { CONNECT_PORT } from '../../../constructs/names';
import { inLanes } from '../../host/lanes';
import { lacking } from '../../host/requirements';
import type { ProbeResult } from '../../network/attempts/observe';
import { NET } from '../../network/plan/namespace';
import { resultOf } from '../../network/run/attempts';
import type { Observation } from '../../proof/proof';
import {
  CANARY,
  CANARY_BASE64,
  type Conditions,
  type Dial,
  type Logged,
  marked,
  type ProxyAttempt,
  type Step,
  type Trouble,
} from '../plan/attempt';
import { observeProxy } from '../plan/observe';
import type { Target } from '../plan/target';
import type { Http2Exchange, Reply } from '../plan/wire';
import type { Box } from './box';
import { type Deployment, markOf } from './deployment';

const LANES = 6;
/** How long something on its way may take to be noted, in milliseconds. */
const SETTLE = 120;
/** Milliseconds to wait for an answer, and without a byte until it is complete. */
const [PATIENCE, QUIET] = [4_000, 400];
/** How many times as long the waits of further tries are. */
const SLACKS = [4, 16];
const FLOOD = {
  port: 443,
  count: 2_000,
  // The beginning of a TLS hello.
  send: '\x16\x03\x01\x02\x00\x01',
} as const;

interface Waits {
  /** For an answer where an attempt doesn't say how long, in milliseconds. */
  readonly longest: number;
  /** How many times as long as usual. */
  readonly slack: number;
}

/** Told what a proof showed, as soon as that is known. */
export type Note = (id: string, observation: Observation) => void;

/**
 * Runs attempts against a proxy box as it is now: side by side, then one by one those that must run alone.
 *
 * @param longest the longest wait for an answer where an attempt doesn't say how long, in milliseconds
 * @param again whether what didn't get through is tried again, with longer waits: a busy machine is slow
 */
export async function runAttempts(
  deployment: Deployment,
  target: Target,
  attempts: readonly ProxyAttempt[],
  note: Note,
  { longest = PATIENCE, again = false } = {},
): Promise<void> {
  const one = async (attempt: ProxyAttempt) => {
    const steps = lacking(attempt.needs) ?? stepsOf(attempt, target);
    if (typeof steps === 'string') return note(attempt.id, { result: 'not applicable', saw: steps });
    const run = (slack: number) => runAttempt(deployment, target, attempt, steps, { longest, slack });
    let seen = await run(1);
    for (const slack of again ? SLACKS : []) {
      if (seen.result === 'failed' || seen.unspoken) break;
      seen = await run(slack);
    }
    note(attempt.id, seen);
  };
  const alone = (each: ProxyAttempt) =>
    each.alone === true || each.logs === true || each.conditions !== undefined;
  await inLanes(
    LANES,
    attempts.filter((each) => !alone(each)),
    one,
  );
  for (const attempt of attempts.filter(alone)) await one(attempt);
}

function stepsOf(attempt: ProxyAttempt, target: Target): readonly Step[] | string {
  const steps = attempt.run(target);
  const toConnect = (step: Step): boolean =>
    ('together' in step && step.together.some(toConnect)) ||
    ('exchange' in step && step.exchange.port === CONNECT_PORT) ||
    ('http2' in step && step.http2.port === CONNECT_PORT);
  return typeof steps !== 'string' && !target.policy.connect && steps.some(toConnect)
    ? 'the CONNECT port of this agent is closed'
    : steps;
}

/**
 * 1. Notes what the internet and the proxy box's connections were before.
 * 2. Brings about the attempt's conditions.
 * 3. Takes its steps, in order.
 * 4. Gathers what arrived since, and decides whether anything got through.
 * 5. Undoes the conditions.
 */
async function runAttempt(
  deployment: Deployment,
  target: Target,
  attempt: ProxyAttempt,
  steps: readonly Step[],
  waits: Waits,
): Promise<Observation> {
  const token = markOf(attempt.id);
  const start = await deployment.internet.now();
  const before = await connections(deployment, target);
  const box = deployment.box(target.agent);
  const ends = attempt.logs ? await box.logEnds() : undefined;
  const [[, canary = ''] = []] = await box.canaries();
  const undo = await bringAbout(deployment, target, attempt.conditions?.(target) ?? {});
  try {
    const replies: Reply[] = [];
    const probes: ProbeResult[] = [];
    const caused: Trouble[] = [];
    const take = async (step: Step): Promise<void> => {
      if ('together' in step) await Promise.all(step.together.map(take));
      else if ('cause' in step) {
        await new Promise((resolve) => setTimeout(resolve, step.after));
        caused.push(step.cause);
        await box.cause(step.cause);
      } else if ('point' in step) await pointAll(deployment, step.point);
      else if ('probe' in step)
        probes.push(await probe(deployment, target, marked(step.probe, token), token));
      else replies.push(await send(deployment, target, marked(step, token), waits));
    };
    for (const step of steps) await take(withCanary(step, canary));
    await new Promise((resolve) => setTimeout(resolve, SETTLE * waits.slack));
    const logged = ends === undefined ? { lines: [], leaks: [] } : await loggedSince(deployment, box, ends);
    for (const each of caused) await box.recover(each);
    const { arrivals, asked } = await deployment.internet.since(start);
    const seen = {
      replies,
      probes,
      logged,
      digest: createHash('sha256').update(token).digest('hex').slice(0, 16),
      arrivals: arrivals.filter(({ tokens }) => tokens.includes(token)),
      dialled: (await connections(deployment, target)).filter(
        ({ key }) => !before.some((each) => each.key === key),
      ),
      asked: asked.filter((name) => name.includes(token.toLowerCase())),
    };
    return observeProxy(attempt, seen, target);
  } finally {
    if (steps.some((step) => 'http2' in step && step.http2.hold)) await release(deployment, target);
    await undo();
  }
}

function withCanary(step: Step, canary: string): Step {
  const text = JSON.stringify(step)
    .replaceAll(CANARY, canary)
    .replaceAll(CANARY_BASE64, Buffer.from(`key: ${canary}`).toString('base64'));
  return JSON.parse(text) as Step;
}

function send(
  deployment: Deployment,
  target: Target,
  step: Dial | { readonly http2: Http2Exchange },
  { longest, slack }: Waits,
): Promise<Reply> {
  const [how, said] = 'http2' in step ? ['http2', step.http2] : ['exchange', step.exchange];
  const [patience, quiet] = [(said.patience ?? longest) * slack, (said.quiet ?? QUIET) * slack];
  return deployment.ask(target.agent, { do: how, ...said, patience, quiet }, patience + 20_000);
}

async function probe(
  deployment: Deployment,
  target: Target,
  ask: Extract<Step, { probe: unknown }>['probe'],
  token: string,
): Promise<ProbeResult> {
  const at = ask.by === 'internet' ? NET : target.roles.agent.name;
  const prober = deployment.network.probers.get(at);
  const answer = await prober?.ask({ timeout: 0.8, ...ask, token });
  return resultOf(ask, token, answer ?? { broken: 'this lab has no prober on the agent host' });
}

async function loggedSince(
  { internet }: Deployment,
  box: Box,
  ends: ReadonlyMap<string, number>,
): Promise<Logged> {
  const { sent, raw } = await box.loggedSince(ends);
  const leaks = Object.entries(internet.role.secrets).filter(([, value]) => `${sent}${raw}`.includes(value));
  const canaries = (await box.canaries()).filter(([, value]) => sent.includes(value));
  return { lines: sent.split('\n'), leaks: [...leaks, ...canaries].map(([id]) => id) };
}

interface Connection {
  readonly at: string;
  readonly port: number;
  readonly key: string;
}

/** Connections that the agent's proxy box has begun: their first packets, wherever they arrived. */
async function connections(deployment: Deployment, { roles }: Target): Promise<Connection[]> {
  const own = [roles.ownProxy.v4, roles.ownProxy.publicV4];
  const lists = await Promise.all(
    [...deployment.network.probers].map(async ([at, prober]) => {
      const { syns } = await prober.ask({ do: 'seen' });
      return Object.entries((syns as Record<string, string>) ?? {})
        .filter(([, source]) => own.includes(source))
        .map(([ports]) => ({ at, port: Number(ports.split(':')[0]), key: `${at} ${ports}` }));
    }),
  );
  return lists.flat();
}

async function pointAll(deployment: Deployment, point: NonNullable<Conditions['point']>): Promise<void> {
  for (const [name, addresses] of Object.entries(point)) await deployment.internet.point(name, addresses);
}

/** Closes every connection that was held open. */
async function release(deployment: Deployment, { agent }: Target): Promise<void> {
  await deployment.worker(agent).ask({ do: 'release' });
}

/** Brings about the conditions of one attempt. @returns what undoes them */
async function bringAbout(
  deployment: Deployment,
  target: Target,
  { point = {}, box: trouble }: Conditions,
): Promise<() => Promise<void>> {
  const { internet } = deployment;
  await pointAll(deployment, point);
  const box = deployment.box(target.agent);
  const policy = box.cell.parts[0];
  if (trouble === 'aws unreachable') await internet.aws(false);
  if (trouble === 'policy broken' && policy !== undefined)
    await internet.put(policy.name, 'transforms: [{name: allowlist');
  if (trouble === 'flooded') {
    await deployment.worker(target.agent).ask({ do: 'hold', to: target.own, ...FLOOD }, 60_000);
    // The front counts connections by the second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
  }
  if (trouble !== undefined) await box.cause(trouble);
  // iron-proxy would use a connection that is already open, and would not look the name up.
  if (Object.keys(point).length > 0) await box.restartProxy();
  return async () => {
    for (const name of Object.keys(point)) await internet.point(name, [internet.role.hosts[name] ?? '']);
    if (trouble === 'flooded') await release(deployment, target);
    if (trouble === 'aws unreachable') await internet.aws(true);
    if (trouble === 'policy broken' && policy !== undefined) {
      const seed = internet.role.seeds.find(({ agent }) => agent === target.agent);
      await internet.put(policy.name, seed?.texts[policy.name] ?? '');
    }
    if (trouble !== undefined) await box.recover(trouble);
  };
}
