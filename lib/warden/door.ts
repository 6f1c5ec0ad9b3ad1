import { parse } from 'yaml';
import { checkProxyConfig } from '../policy/document/schema';
import type { Host } from './host';
import { answers, isActive, lastWords, reload, restart, stop } from './iron-proxy';
import { type Reason, reason } from './reason';
import { type Rendered, settingsDigest, sha256 } from './render';

/** What warden remembers of iron-proxy while it runs. */
export interface DoorMemory {
  /** Digest of the text the running iron-proxy is known to have taken. */
  readonly confirmed?: string;
  /** A text that did not go into force, and when: asking every poll would only repeat the failure. */
  readonly refused?: {
    readonly digest: string;
    readonly start: string;
    readonly at: number;
    readonly message: string;
  };
  /** Polls in a row in which a running iron-proxy did not answer. */
  readonly silent?: number;
}

export interface DoorState {
  /** in-force: what was wanted; kept: an older policy; shut: iron-proxy does not run. */
  readonly kind: 'in-force' | 'kept' | 'shut';
  readonly memory: DoorMemory;
  readonly reason?: Reason;
}

export interface DoorNeeds {
  /** Nothing when the wanted policy is unknown: what is on disk stays. */
  readonly rendered?: Rendered;
  /** Whatever of the machine iron-proxy reads only when it starts: authority, environment, its own binary. */
  readonly machine: string;
  readonly prefix: string;
}

/** How long a refused text rests before it is tried again, in milliseconds. */
const REST = 2 * 60_000;
const SILENT_LIMIT = 3;

/**
 * Puts a policy in force, or keeps the last one that was. At no moment does the file hold anything that has not
 * been checked, and after every outcome it holds what a restart can run with.
 */
export async function tendDoor(host: Host, needs: DoorNeeds, memory: DoorMemory): Promise<DoorState> {
  const previous = await checkedFile(host, host.paths.policy, needs.prefix);
  const good = (await checkedFile(host, host.paths.goodPolicy, needs.prefix)) ?? previous;
  const wanted = needs.rendered ?? good;
  if (wanted === undefined) return shut(host, memory, reason('iron-proxy-down', 'no policy has arrived yet'));

  const start = startDigest(wanted, needs);
  const resting = isResting(host, memory, wanted, start);
  if (resting !== undefined) {
    return good === undefined || good.digest === wanted.digest
      ? shut(host, memory, reason('policy-refused', resting))
      : keep(host, needs, memory, good, resting);
  }
  const running = await isActive(host);
  if (running && (await host.read(host.paths.started)) === start) {
    return reloadInto(host, needs, memory, wanted, good);
  }
  return startWith(host, needs, memory, wanted, good);
}

async function reloadInto(
  host: Host,
  needs: DoorNeeds,
  memory: DoorMemory,
  wanted: Text,
  good: Text | undefined,
): Promise<DoorState> {
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
  if (memory.confirmed === wanted.digest && onDisk === wanted.text) {
    return { kind: 'in-force', memory: { ...memory, silent: 0 } };
  }
  await writePolicy(host, host.paths.policy, wanted);
  const outcome = await reload(host);
  if (outcome.kind === 'done') return accept(host, wanted);
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
    return shut(host, { refused }, reason('policy-refused', outcome.message));
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
  needs: DoorNeeds,
  memory: DoorMemory,
  wanted: Text,
  good: Text | undefined,
): Promise<DoorState> {
  await writePolicy(host, host.paths.policy, wanted);
  if (await restart(host)) {
    await host.write(host.paths.started, startDigest(wanted, needs), { mode: 0o600 });
    return accept(host, wanted);
  }
  const message = await lastWords(host);
  const refused = { digest: wanted.digest, start: startDigest(wanted, needs), at: host.now(), message };
  if (good === undefined || good.digest === wanted.digest) {
    return shut(host, { refused }, reason('iron-proxy-down', message));
  }
  return keep(host, needs, { ...memory, refused, confirmed: undefined }, good, message);
}

/** Runs the last good policy while the wanted one rests. */
async function keep(
  host: Host,
  needs: DoorNeeds,
  memory: DoorMemory,
  good: Text,
  message: string,
): Promise<DoorState> {
  const start = startDigest(good, needs);
  const because = reason('policy-refused', message);
  if ((await host.read(host.paths.policy)) !== good.text) await writePolicy(host, host.paths.policy, good);
  const settled = (await isActive(host)) && (await host.read(host.paths.started)) === start;
  if (settled && memory.confirmed === good.digest) return { kind: 'kept', memory, reason: because };
  if (settled && (await reload(host)).kind === 'done') {
    return { kind: 'kept', memory: { ...memory, confirmed: good.digest }, reason: because };
  }
  if (!(await restart(host))) return shut(host, memory, reason('iron-proxy-down', await lastWords(host)));
  await host.write(host.paths.started, start, { mode: 0o600 });
  return { kind: 'kept', memory: { ...memory, confirmed: good.digest }, reason: because };
}

async function accept(host: Host, wanted: Text): Promise<DoorState> {
  if ((await host.read(host.paths.goodPolicy)) !== wanted.text)
    await writePolicy(host, host.paths.goodPolicy, wanted);
  return { kind: 'in-force', memory: { confirmed: wanted.digest } };
}

export async function shut(host: Host, memory: DoorMemory, because: Reason): Promise<DoorState> {
  if (await isActive(host)) await stop(host);
  return { kind: 'shut', memory: { refused: memory.refused }, reason: because };
}

type Text = Pick<Rendered, 'text' | 'digest' | 'settings'>;

function isResting(host: Host, { refused }: DoorMemory, wanted: Text, start: string): string | undefined {
  const same = refused?.digest === wanted.digest && refused.start === start;
  return same && host.now() - refused.at < REST ? refused.message : undefined;
}

function startDigest(wanted: Text, needs: DoorNeeds): string {
  return sha256(`${wanted.settings}\n${needs.machine}`);
}

async function writePolicy(host: Host, path: string, { text }: Text): Promise<void> {
  await host.write(path, text, { mode: 0o640, group: 'iron-proxy' });
}

/** A file that warden itself would not write is not trusted: it is taken away. */
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
