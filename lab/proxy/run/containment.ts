import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { TAG_PART } from '../../../constructs/names';
import { ROUTER } from '../../network/plan/namespace';
import { planLab } from '../../network/plan/read';
import { routerRules } from '../../network/plan/router-rules';
import type { PlainTemplate } from '../../network/weakened/edits';
import { SHIPPED } from '../../proof/observations';
import type { Observation } from '../../proof/proof';
import { PROXY_ATTEMPTS } from '../attempts';
import { dialToRead } from '../attempts/reading';
import { marked } from '../plan/attempt';
import {
  FROZEN,
  HOSTILE,
  type Moved,
  movedOf,
  NEW_CONNECTION,
  observeStream,
  type Phase,
  ROTATED,
  STREAMS,
  STREAMS_FOR,
} from '../plan/containment';
import type { Target } from '../plan/target';
import type { Exchange } from '../plan/wire';
import { runAttempts } from './attempts';
import type { Context } from './context';
import { type Deployment, markOf } from './deployment';

/** Milliseconds that the streams flow before anything happens to them. */
const FLOW = 1_500;
/** Longest that a secret's new version may take: two polls of warden, and a start. */
const ROTATE = 60_000;
const PORTS = [80, 443, 8080];

interface Subject {
  readonly context: Context;
  readonly deployment: Deployment;
  readonly target: Target;
}

/**
 * Opens streams through the attacker's proxy box, and does to the network what `airlock contain` does, by the template's own
 * quarantine group. A machine that is stopped by force neither sends nor gets a packet from then on, and says goodbye to
 * nobody. Before that, the same without a containment, where the streams must go on. Last, rotates a secret.
 */
export async function runContainment(
  context: Context,
  deployment: Deployment,
  target: Target,
): Promise<number> {
  const subject = { context, deployment, target };
  context.progress.network('containment', 'streams, and what a containment does to them', 18);
  await runPhase(subject, 'uncontained');
  const hostile = [
    ...(await runPhase(subject, 'contained')).map((each) => `contained: ${each}`),
    ...(await runPhase(subject, 'frozen')).map((each) => `frozen: ${each}`),
  ];
  const saw = hostile.length === 0 ? `${HOSTILE_ATTEMPTS.length} attempts, twice` : hostile.join('; ');
  context.noteIn(SHIPPED)(HOSTILE.id, { result: hostile.length === 0 ? 'held' : 'failed', saw });
  for (const rotate of [false, true]) {
    context.noteIn(rotate ? SHIPPED : 'uncontained')(ROTATED.id, await observeRotation(subject, rotate));
  }
  return STREAMS.length * 3 + 6;
}

/** @returns what got through of the hostile suite */
async function runPhase(subject: Subject, phase: Phase): Promise<string[]> {
  const { context, deployment, target } = subject;
  await untilServed(subject);
  const streams = STREAMS.map((proof) => ({ proof, stream: proof.run(target) }));
  const running = streams.map(({ stream }) =>
    typeof stream === 'string' ? undefined : moved(deployment, target, stream),
  );
  await pause(FLOW);
  const cut = Date.now();
  const undo = await bringAbout(subject, phase);
  try {
    const connection = await observeConnections(subject);
    const through = phase === 'uncontained' ? [] : await runHostile(subject);
    const seen = await Promise.all(running);
    const observations = streams.map(({ proof, stream }, index): [string, Observation] => {
      const of = seen[index];
      return typeof stream === 'string' || of === undefined
        ? [proof.id, { result: 'not applicable', saw: String(stream) }]
        : [proof.id, observeStream(of, cut)];
    });
    if (phase !== 'frozen') {
      const note = context.noteIn(phase === 'contained' ? SHIPPED : phase);
      for (const [id, observation] of observations) note(id, observation);
      note(NEW_CONNECTION.id, connection);
    }
    if (phase !== 'contained') {
      const all = [...observations.map(([, each]) => each), connection];
      context.noteIn(phase === 'frozen' ? SHIPPED : phase)(FROZEN.id, together(all));
    }
    return through;
  } finally {
    await undo();
  }
}

/** Attempts before may have used up a second's connections, and a fresh iron-proxy reads its secrets at the first request. */
async function untilServed({ deployment, target }: Subject): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { reply } = await deployment.send(target.agent, dialToRead(target).exchange, 'Y00');
    if (reply.statuses[0] === 200) return;
    await pause(1_000);
  }
}

function together(observations: readonly Observation[]): Observation {
  const tried = observations.filter(({ result }) => result !== 'not applicable');
  const other = tried.find(({ result }) => result !== 'held');
  return other ?? { result: 'held', saw: tried.map(({ saw }) => saw).join('; ') };
}

/** When bytes of a stream moved: back to the agent, or of an upload to the internet. */
async function moved(deployment: Deployment, target: Target, stream: Exchange): Promise<Moved> {
  const token = markOf('Y00');
  const start = await deployment.internet.now();
  const began = Date.now();
  const asked = deployment.ask(target.agent, { do: 'exchange', ...marked(stream, token) });
  if (!stream.send.some((part) => typeof part !== 'string')) return movedOf(await asked, began);
  // An upload gets no answer before its end, and its sender may block: look at what arrives.
  asked.catch(() => undefined);
  const times: number[] = [];
  for (let last = 0; Date.now() - began < STREAMS_FOR + 1_000; ) {
    const { arrivals } = await deployment.internet.since(start);
    const bytes = arrivals.find(({ tokens }) => tokens.includes(token))?.bytes ?? 0;
    if (bytes > last) times.push(Date.now() - began);
    last = bytes;
    await pause(200);
  }
  return movedOf({ times }, began);
}

/** Whether any TCP connection from the agent host to its proxy box is answered now. */
async function observeConnections({ deployment, target }: Subject): Promise<Observation> {
  const prober = deployment.network.probers.get(target.roles.agent.name);
  const answers = await Promise.all(
    PORTS.map((port) =>
      prober?.ask({ do: 'tcp', to: target.own, port, token: 'DLAB-Y44-00000000', timeout: 1.5 }),
    ),
  );
  const open = PORTS.filter((_, index) => answers[index]?.answered === true);
  return open.length === 0
    ? { result: 'held', saw: `no answer on ports ${PORTS.join(', ')}` }
    : { result: 'failed', saw: `an answer on port ${open.join(', ')}` };
}

/** The first of every group that needs no condition of its own: whatever they begin with is cut off, too. */
const FREE = PROXY_ATTEMPTS.filter(({ conditions, alone }) => !conditions && !alone);
const HOSTILE_ATTEMPTS = FREE.filter(
  ({ group }, index) => FREE.findIndex((each) => each.group === group) === index,
);

async function runHostile(subject: Subject): Promise<string[]> {
  const { deployment, target } = subject;
  const through: string[] = [];
  await runAttempts(
    deployment,
    target,
    HOSTILE_ATTEMPTS,
    (id, { result, saw }) => {
      if (result !== 'held' && result !== 'not applicable') through.push(`${id} ${result}: ${saw}`);
    },
    { longest: 1_000 },
  );
  return through;
}

/** @returns what undoes it */
async function bringAbout(subject: Subject, phase: Phase): Promise<() => Promise<void>> {
  if (phase === 'uncontained') return async () => undefined;
  const { context, deployment, target } = subject;
  const { network } = deployment;
  const box = deployment.box(target.agent);
  const nft = (text: string) => network.run(ROUTER, ['sh', '-c', `nft -f - <<'END'\n${text}\nEND`]);
  const replaced = (rules: string) => nft(`delete table inet lab\n${rules}`);
  const { link } = target.roles.ownProxy;
  const stop = () =>
    nft(
      [
        'table inet stopped {',
        `  chain sends { type filter hook prerouting priority -300; iifname "${link}" drop; }`,
        `  chain gets { type filter hook postrouting priority 300; oifname "${link}" drop; }`,
        '}',
      ].join('\n'),
    );
  const signal = (name: string) =>
    box.shell(`for file in /run/*.pid; do kill -${name} "$(cat "$file")" 2>/dev/null || true; done`);
  await box.stopWarden();
  // Side by side, as `airlock contain` does it.
  await Promise.all([
    phase === 'contained' ? stop() : signal('STOP'),
    replaced(routerRules(quarantined(context.template, target))),
  ]);
  return async () => {
    await replaced(routerRules(target.roles.plan));
    if (phase === 'contained') await nft('delete table inet stopped');
    else await signal('CONT');
    await box.recover('killed');
  };
}

/** The plan with both machines of the attacker in the template's quarantine group, and in no other. */
function quarantined(template: PlainTemplate, { roles }: Target) {
  const copy = structuredClone(template);
  const group = Object.entries(copy.Resources).find(
    ([, { Type, Properties }]) =>
      Type === 'AWS::EC2::SecurityGroup' &&
      (Properties?.Tags as { Key: string; Value: string }[] | undefined)?.some(
        ({ Key, Value }) => Key === TAG_PART && Value === 'quarantine',
      ),
  )?.[0];
  if (group === undefined) throw new Error('this template has no quarantine group');
  for (const { id } of [roles.agent, roles.ownProxy]) {
    const properties = copy.Resources[id]?.Properties;
    if (properties !== undefined) properties.SecurityGroupIds = [{ 'Fn::GetAtt': [group, 'GroupId'] }];
  }
  const planned = planLab(copy);
  if (!planned.ok) throw new Error(planned.problems.join('; '));
  return planned.plan;
}

/** @param told whether warden is there to see the new version */
async function observeRotation(
  { context, deployment, target }: Subject,
  told: boolean,
): Promise<Observation> {
  const { internet } = deployment;
  const [parameter] = target.read.secrets;
  if (parameter === undefined) return { result: 'not applicable', saw: 'the reading rule has no secret' };
  const box = deployment.box(target.agent);
  const carries = async () => {
    const { exchange } = dialToRead(target);
    const [own] = (await deployment.send(target.agent, exchange, ROTATED.id)).arrivals;
    return own === undefined ? 'nothing' : own.secrets.length > 0 ? 'the old value' : 'another value';
  };
  const old = context.secrets[parameter] ?? '';
  await box.stopWarden();
  // Its first pass may start another iron-proxy, which reads the old value at its first request.
  if (told) await box.startWarden(/"secrets":\{"/);
  const before = await carries();
  if (before !== 'the old value') return { result: 'broken', saw: `a request carried ${before} before` };
  await internet.put(parameter, `rotated-${randomBytes(12).toString('hex')}`);
  const started = Date.now();
  let now = await carries();
  while (told && now !== 'another value' && Date.now() - started < ROTATE) {
    await pause(1_000);
    now = await carries();
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  await internet.put(parameter, old);
  await box.recover('killed');
  return {
    result: now === 'another value' ? 'held' : 'failed',
    saw: `${seconds} s later, a request carries ${now}`,
  };
}
