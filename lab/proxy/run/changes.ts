import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SHIPPED } from '../../proof/observations';
import type { Observation } from '../../proof/proof';
import { dialToRead } from '../attempts/reading';
import { request, secure } from '../plan/attempt';
import {
  ANSWER_AFTER,
  CHANGE_PROOFS,
  CLOSING,
  IN_FORCE,
  OPENING,
  observeAnswer,
  observeEnd,
} from '../plan/changes';
import type { Target } from '../plan/target';
import { eventsFor } from '../plan/wire';
import type { Context } from './context';
import type { Deployment } from './deployment';

/** The path that the change opens, on the host of the reading rule. */
const PATH = '/lab/opened-by-a-change';
const PATIENCE = 60_000;
/** Milliseconds after which a request of the opened rule must pass. */
const READ_WITHIN = 5_000;

interface Subject {
  readonly deployment: Deployment;
  readonly target: Target;
}

/**
 * Changes the policy of the attacker's proxy box by its parameters, as a deployment does, while requests are in flight: opens a
 * rule, then closes it again. The same with a restart of iron-proxy instead, and without a change, where each proof must fail.
 */
export async function runChanges(context: Context, deployment: Deployment, target: Target): Promise<number> {
  const subject = { deployment, target };
  const count = CHANGE_PROOFS.length * 2;
  context.progress.network('changes', 'requests in flight, and what a changed policy does to them', count);
  const box = deployment.box(target.agent);
  const [note, noteElsewhere] = [context.noteIn(SHIPPED), context.noteIn('unchanged')];

  // What came before may have changed a secret's version, which ends connections.
  await box.stopWarden();
  await box.startWarden(/"secrets":\{"/);
  const restarted = write(subject, 5);
  await pause(1_500);
  await box.restartProxy();
  noteElsewhere(OPENING.id, await restarted);
  noteElsewhere(IN_FORCE.id, await readOpened(subject));

  const before = Date.now();
  noteElsewhere(CLOSING.id, observeEnd(await stream(subject, 12), before));

  const pending = write(subject, ANSWER_AFTER);
  await pause(1_500);
  await change(subject, true);
  note(IN_FORCE.id, await readOpened(subject));
  note(OPENING.id, await pending);

  const open = stream(subject, 60);
  await pause(1_500);
  await change(subject, false);
  const inForce = Date.now();
  note(CLOSING.id, observeEnd(await open, inForce));
  return count;
}

/** A write whose upstream answers after so many seconds. */
async function write({ deployment, target }: Subject, seconds: number): Promise<Observation> {
  const { write: rule } = target;
  if (rule === undefined)
    return { result: 'not applicable', saw: 'no rule of this policy writes with a secret' };
  const text = request(rule.method, rule.path, rule.host, {
    body: `{"name":"lab=wait:${seconds}"}`,
    headers: ['Content-Type: application/json'],
  });
  const { exchange } = secure(target, rule.host, text, { patience: (seconds + 10) * 1_000 });
  const { reply, arrivals } = await deployment.send(target.agent, exchange, OPENING.id);
  return observeAnswer(reply, arrivals.length);
}

/** When the last byte of a stream of so many seconds came, in milliseconds since the epoch. */
async function stream({ deployment, target }: Subject, seconds: number): Promise<number | undefined> {
  const [query, rest] = eventsFor(seconds);
  const { exchange } = dialToRead(target, { path: `${target.read.path}${query}` }, rest);
  return (await deployment.send(target.agent, exchange, CLOSING.id)).last;
}

/** The front's file names the new slot a moment before HAProxy has read it. */
async function readOpened({ deployment, target }: Subject): Promise<Observation> {
  const { exchange } = dialToRead(target, { path: PATH });
  for (const begun = Date.now(); ; await pause(500)) {
    const { reply, arrivals } = await deployment.send(target.agent, exchange, IN_FORCE.id);
    const saw = `${arrivals.length} arrived, answered with ${reply.statuses.join(', ') || 'nothing'}`;
    if (arrivals.length === 1) return { result: 'held', saw };
    if (Date.now() - begun > READ_WITHIN) return { result: 'failed', saw };
  }
}

/** Deploys the policy, with or without the further rule, and waits until the front leads to an iron-proxy that has it. */
async function change({ deployment, target }: Subject, opens: boolean): Promise<void> {
  const box = deployment.box(target.agent);
  const { internet } = deployment;
  const { boxParameter } = box.cell;
  const texts = internet.role.seeds.find(({ agent }) => agent === target.agent)?.texts ?? {};
  const manifest = JSON.parse(texts[boxParameter] ?? '{}');
  const names: readonly string[] = manifest.policy.parameters;
  const policy = names.map((name) => texts[name]).join('');
  const text = opens ? withRule(policy, target.read.host) : policy;
  const size = Math.ceil(text.length / names.length);
  const slot = await box.slot();
  for (const [index, name] of names.entries())
    await internet.put(name, text.slice(index * size, (index + 1) * size));
  manifest.policy.sha256 = createHash('sha256').update(text).digest('hex');
  await internet.put(boxParameter, JSON.stringify(manifest));
  for (const begun = Date.now(); Date.now() - begun < PATIENCE; await pause(200)) {
    if ((await box.slot()) !== slot && (await box.leadsTo()) === (await box.slot())) return;
  }
  throw new Error(`the changed policy of ${target.agent} is not in force after ${PATIENCE / 1000} s`);
}

/** The policy with one rule more, in the allowlist and in the gate's list, first in both. */
function withRule(policy: string, host: string): string {
  const rule = `{host: ${host}, methods: [GET], paths: [${PATH}]}`;
  const [proxy = '', airlock = '', gate = ''] = policy.split(/^---$/m);
  return [
    proxy.replace(/(- name: allowlist\n +config:\n +rules:\n)( +)/, `$1$2- ${rule}\n$2`),
    airlock,
    gate.replace(/^( +rules:\n)( +)/m, '$1$2- lab-opened\n$2'),
  ].join('---');
}
