import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { checkProxyConfig } from '../policy/document/schema';
import type { Host } from './host';
import { answers, isActive, lastWords, reload, restart, stop } from './iron-proxy';
import type { SecretVersions } from './policy-source';
import { type Reason, reason } from './reason';
import { type Rendered, settingsDigest, sha256 } from './render';

/** What warden remembers of iron-proxy between two passes. */
export interface ServingMemory {
  /** Digest of the policy that the running iron-proxy has accepted. */
  readonly confirmed?: string;
  /** Versions of the secrets that Parameter Store had when iron-proxy last emptied its cache. */
  readonly secrets?: SecretVersions;
  /** A policy that iron-proxy refused, and when: to try it at every poll would only repeat the failure. */
  readonly refused?: {
    readonly digest: string;
    readonly start: string;
    readonly at: number;
    readonly message: string;
  };
  /** Polls in a row that a running iron-proxy did not answer. */
  readonly silent?: number;
}

export interface ServingState {
  /** in-force: the wanted policy; kept: an older one; shut: iron-proxy does not run. */
  readonly kind: 'in-force' | 'kept' | 'shut';
  readonly memory: ServingMemory;
  readonly reason?: Reason;
}

export interface ServingNeeds {
  /** Absent while the wanted policy is unknown: the one on disk stays. */
  readonly rendered?: Rendered;
  /** What iron-proxy reads only when it starts: its binary, the certificate authority, the environment. */
  readonly machine: string;
  readonly prefix: string;
  /** Absent while Parameter Store can't be read. */
  readonly secrets?: SecretVersions;
}

/** How long a refused policy waits before the next try, in milliseconds. */
const WAIT = 2 * 60_000;
const SILENT_LIMIT = 3;

/**
 * Puts a policy in force, or keeps the last good one:
 *
 * 1. Policy files that warden would not write itself are removed.
 * 2. Without a policy, wanted or on disk, iron-proxy is stopped.
 * 3. A policy that was refused a moment ago waits; the last good one runs, or nothing.
 * 4. iron-proxy runs with the same binary, authority, environment and settings: the file is written, and reloaded. A secret's
 *    new version alone makes it reload too, because a reload empties its cache of secrets.
 * 5. Otherwise the file is written and iron-proxy restarted.
 * 6. If iron-proxy refuses the file, the last good one is written and runs again; without one, iron-proxy is stopped.
 *
 * The file never holds an unchecked policy, and after every outcome it holds one that a restart can run with.
 */
export async function serve(host: Host, needs: ServingNeeds, memory: ServingMemory): Promise<ServingState> {
  const previous = await checkedFile(host, host.paths.policy, needs.prefix);
  const good = (await checkedFile(host, host.paths.goodPolicy, needs.prefix)) ?? previous;
  const wanted = needs.rendered ?? good;
  if (wanted === undefined)
    return stopServing(host, memory, reason('iron-proxy-down', 'no policy has arrived yet'));

  const start = startDigest(wanted, needs);
  const waiting = whileWaiting(host, memory, wanted, start);
  if (waiting !== undefined) {
    return good === undefined || good.digest === wanted.digest
      ? stopServing(host, memory, reason('policy-refused', waiting))
      : keep(host, needs, memory, good, waiting);
  }
  const running = await isActive(host);
  if (running && (await host.read(host.paths.started)) === start) {
    return reloadInto(host, needs, memory, wanted, good);
  }
  return startWith(host, needs, memory, wanted, good);
}

async function reloadInto(
  host: Host,
  needs: ServingNeeds,
  memory: ServingMemory,
  wanted: Text,
  good: Text | undefined,
): Promise<ServingState> {
  if (!(await answers(host))) {
    const silent = (memory.silent ?? 0) + 1;
    if (silent >= SILENT_LIMIT) return startWith(host, needs, { ...memory, silent: 0 }, wanted, good);
    return {
      kind: 'kept',
      memory: { ...memory, silent },
      reason: reason('iron-proxy-down', `silent for ${silent} polls`),
    };
  }
  const onDisk = await host.read(host.paths.policy);
  if (memory.confirmed === wanted.digest && onDisk === wanted.text && isFresh(needs, memory)) {
    return { kind: 'in-force', memory: { ...memory, silent: 0 } };
  }
  await writePolicy(host, host.paths.policy, wanted);
  const outcome = await reload(host);
  if (outcome.kind === 'done') return accept(host, needs, wanted);
  if (outcome.kind === 'failed') {
    const detail = `reload: ${outcome.message}`;
    return {
      kind: 'kept',
      memory: { ...memory, confirmed: undefined },
      reason: reason('iron-proxy-down', detail),
    };
  }
  const refused = {
    digest: wanted.digest,
    start: startDigest(wanted, needs),
    at: host.now(),
    message: outcome.message,
  };
  if (good === undefined || good.digest === wanted.digest) {
    return stopServing(host, { refused }, reason('policy-refused', outcome.message));
  }
  await writePolicy(host, host.paths.policy, good);
  return {
    kind: 'kept',
    memory: { refused, confirmed: good.digest },
    reason: reason('policy-refused', outcome.message),
  };
}

async function startWith(
  host: Host,
  needs: ServingNeeds,
  memory: ServingMemory,
  wanted: Text,
  good: Text | undefined,
): Promise<ServingState> {
  await writePolicy(host, host.paths.policy, wanted);
  if (await restart(host)) {
    await host.write(host.paths.started, startDigest(wanted, needs), { mode: 0o600 });
    return accept(host, needs, wanted);
  }
  const message = await lastWords(host);
  const refused = { digest: wanted.digest, start: startDigest(wanted, needs), at: host.now(), message };
  if (good === undefined || good.digest === wanted.digest) {
    return stopServing(host, { refused }, reason('iron-proxy-down', message));
  }
  return keep(host, needs, { ...memory, refused, confirmed: undefined }, good, message);
}

/** Runs the last good policy while the wanted one waits. */
async function keep(
  host: Host,
  needs: ServingNeeds,
  memory: ServingMemory,
  good: Text,
  message: string,
): Promise<ServingState> {
  const start = startDigest(good, needs);
  const because = reason('policy-refused', message);
  if ((await host.read(host.paths.policy)) !== good.text) await writePolicy(host, host.paths.policy, good);
  const settled = (await isActive(host)) && (await host.read(host.paths.started)) === start;
  if (settled && memory.confirmed === good.digest && isFresh(needs, memory)) {
    return { kind: 'kept', memory, reason: because };
  }
  const now = { ...memory, confirmed: good.digest, secrets: needs.secrets };
  if (settled && (await reload(host)).kind === 'done') return { kind: 'kept', memory: now, reason: because };
  if (!(await restart(host)))
    return stopServing(host, memory, reason('iron-proxy-down', await lastWords(host)));
  await host.write(host.paths.started, start, { mode: 0o600 });
  return { kind: 'kept', memory: now, reason: because };
}

/** Whether iron-proxy has emptied its cache since each secret got its version. */
function isFresh({ secrets }: ServingNeeds, memory: ServingMemory): boolean {
  return secrets === undefined || isDeepStrictEqual(secrets, memory.secrets);
}

async function accept(host: Host, { secrets }: ServingNeeds, wanted: Text): Promise<ServingState> {
  if ((await host.read(host.paths.goodPolicy)) !== wanted.text)
    await writePolicy(host, host.paths.goodPolicy, wanted);
  return { kind: 'in-force', memory: { confirmed: wanted.digest, secrets } };
}

export async function stopServing(host: Host, memory: ServingMemory, because: Reason): Promise<ServingState> {
  if (await isActive(host)) await stop(host);
  return { kind: 'shut', memory: { refused: memory.refused }, reason: because };
}

type Text = Pick<Rendered, 'text' | 'digest' | 'settings'>;

function whileWaiting(
  host: Host,
  { refused }: ServingMemory,
  wanted: Text,
  start: string,
): string | undefined {
  const same = refused?.digest === wanted.digest && refused.start === start;
  return same && host.now() - refused.at < WAIT ? refused.message : undefined;
}

function startDigest(wanted: Text, needs: ServingNeeds): string {
  return sha256(`${wanted.settings}\n${needs.machine}`);
}

async function writePolicy(host: Host, path: string, { text }: Text): Promise<void> {
  await host.write(path, text, { mode: 0o640, group: 'iron-proxy' });
}

/** A file that warden would not write itself is removed. */
async function checkedFile(host: Host, path: string, prefix: string): Promise<Text | undefined> {
  const text = await host.read(path).catch(() => '');
  if (text === undefined) return undefined;
  const checked = checkProxyConfig(parsed(text), prefix);
  if (checked.ok) return { text, digest: sha256(text), settings: settingsDigest(checked.config) };
  await host.remove(path);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}
