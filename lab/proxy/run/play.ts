import { randomBytes } from 'node:crypto';
import { resultOf } from '../../network/run/play';
import type { Outcome, ProbeResult } from '../../proof/verdict';
import type { DoorAttempt, DoorSeen, Step, World } from '../plan/attempt';
import type { DoorCast } from '../plan/cast';
import { doorOutcome } from '../plan/judge';
import type { Exchange, Http2Exchange, Reply } from '../plan/wire';
import type { Stage } from './stage';

/** Attempts that run side by side. */
const LANES = 6;
/** How long something on its way may take to be noted, in milliseconds. */
const SETTLE = 120;
/** Milliseconds that an answer is waited for. */
const PATIENCE = 4_000;
const FLOOD = {
  port: 80,
  count: 2_000,
  send: 'GET / HTTP/1.1\r\nHost: slow.example.com\r\nX-Slow: ',
} as const;

/**
 * Plays attempts against the doors of a stage as they are now.
 *
 * @param longest milliseconds that an answer is waited for at most
 */
export async function playDoors(
  stage: Stage,
  cast: DoorCast,
  attempts: readonly DoorAttempt[],
  onDone: (id: string) => void,
  longest = Number.POSITIVE_INFINITY,
): Promise<Map<string, Outcome | string>> {
  const outcomes = new Map<string, Outcome | string>();
  const one = async (attempt: DoorAttempt) => {
    const steps = attempt.steps(cast);
    const played = typeof steps === 'string' ? steps : await playOne(stage, cast, attempt, steps, longest);
    outcomes.set(attempt.id, played);
    onDone(attempt.id);
  };
  const alone = (each: DoorAttempt) => each.alone === true || each.world !== undefined;
  const calm = attempts.filter((each) => !alone(each));
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (let index = lane; index < calm.length; index += LANES) await one(calm[index] as DoorAttempt);
    }),
  );
  for (const attempt of attempts.filter(alone)) await one(attempt);
  return outcomes;
}

async function playOne(
  stage: Stage,
  cast: DoorCast,
  attempt: DoorAttempt,
  steps: readonly Step[],
  longest: number,
): Promise<Outcome> {
  const token = `DLAB-${attempt.id}-${randomBytes(4).toString('hex')}`;
  const start = (await stage.internet.since(Number.MAX_SAFE_INTEGER)).next;
  const before = await connections(stage, cast);
  const undo = await change(stage, cast, attempt.world?.(cast) ?? {});
  try {
    const replies: Reply[] = [];
    const probes: ProbeResult[] = [];
    const take = async (step: Step): Promise<void> => {
      if ('together' in step) await Promise.all(step.together.map(take));
      else if ('point' in step) await pointAll(stage, step.point);
      else if ('probe' in step) probes.push(await probe(stage, cast, marked(step.probe, token), token));
      else replies.push(await send(stage, cast, marked(step, token), longest));
    };
    for (const step of steps) await take(step);
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    const { arrivals, asked } = await stage.internet.since(start);
    const seen: DoorSeen = {
      replies,
      probes,
      arrivals: arrivals.filter(({ tokens }) => tokens.includes(token)),
      dialled: (await connections(stage, cast)).filter(({ key }) => !before.some((each) => each.key === key)),
      asked: asked.filter((name) => name.includes(token.toLowerCase())),
    };
    return doorOutcome(attempt, seen, cast);
  } finally {
    if (steps.some((step) => 'http2' in step && step.http2.hold)) await release(stage, cast);
    await undo();
  }
}

/** The attempt's mark where the attempt wants it. */
function marked<T>(value: T, token: string): T {
  const text = JSON.stringify(value).replaceAll('@TOKEN@', token).replaceAll('@token@', token.toLowerCase());
  return JSON.parse(text) as T;
}

async function send(
  stage: Stage,
  cast: DoorCast,
  step: { readonly exchange: Exchange } | { readonly http2: Http2Exchange },
  longest: number,
): Promise<Reply> {
  const [how, said] = 'http2' in step ? ['http2', step.http2] : ['exchange', step.exchange];
  const patience = Math.min(said.patience ?? PATIENCE, longest);
  const reply = await stage.hand(cast.agent).ask({ do: how, ...said, patience }, patience + 20_000);
  if (reply.broken !== undefined) throw new Error(`the agent's hand: ${reply.broken}`);
  return reply as unknown as Reply;
}

async function probe(
  stage: Stage,
  cast: DoorCast,
  ask: Extract<Step, { probe: unknown }>['probe'],
  token: string,
): Promise<ProbeResult> {
  const prober = stage.standing.probers.get(cast.scene.agent.name);
  const answer = await prober?.ask({ timeout: 0.8, ...ask, token });
  return resultOf(ask, token, answer ?? { broken: 'nobody plays the agent' });
}

interface Connection {
  readonly at: string;
  readonly port: number;
  readonly key: string;
}

/** Connections that the agent's proxy box has begun: their first packets, wherever they arrived. */
async function connections(stage: Stage, { scene }: DoorCast): Promise<Connection[]> {
  const own = [scene.ownProxy.v4, scene.ownProxy.publicV4];
  const lists = await Promise.all(
    [...stage.standing.probers].map(async ([at, prober]) => {
      const { syns } = await prober.ask({ do: 'seen' });
      return Object.entries((syns as Record<string, string>) ?? {})
        .filter(([, source]) => own.includes(source))
        .map(([ports]) => ({ at, port: Number(ports.split(':')[0]), key: `${at} ${ports}` }));
    }),
  );
  return lists.flat();
}

async function pointAll(stage: Stage, point: NonNullable<World['point']>): Promise<void> {
  for (const [name, addresses] of Object.entries(point)) await stage.internet.point(name, addresses);
}

/** Lets go of every connection that was held open. */
async function release(stage: Stage, { agent }: DoorCast): Promise<void> {
  await stage.hand(agent).ask({ do: 'release' });
}

/** Changes the world for one attempt. @returns what puts it right again */
async function change(
  stage: Stage,
  cast: DoorCast,
  { point = {}, box: trouble }: World,
): Promise<() => Promise<void>> {
  await pointAll(stage, point);
  const box = stage.box(cast.agent);
  const hand = stage.hand(cast.agent);
  const policy = box.cell.parts[0];
  if (trouble === 'aws unreachable') await stage.internet.aws(false);
  if (trouble === 'policy broken' && policy !== undefined)
    await stage.internet.put(policy.name, 'transforms: [{name: allowlist');
  if (trouble === 'flooded') await hand.ask({ do: 'hold', to: cast.own, ...FLOOD }, 60_000);
  if (trouble !== undefined) await box.suffer(trouble);
  // An open connection to the name would be used again, and the name not looked up.
  if (Object.keys(point).length > 0) await box.reopen();
  return async () => {
    for (const name of Object.keys(point))
      await stage.internet.point(name, [stage.internet.role.hosts[name] ?? '']);
    if (trouble === 'flooded') await release(stage, cast);
    if (trouble === 'aws unreachable') await stage.internet.aws(true);
    if (trouble === 'policy broken' && policy !== undefined) {
      const seed = stage.internet.role.seeds.find(({ agent }) => agent === cast.agent);
      await stage.internet.put(policy.name, seed?.texts[policy.name] ?? '');
    }
    if (trouble !== undefined) await box.recover(trouble);
  };
}
