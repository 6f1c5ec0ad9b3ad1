import { isRecord } from '../json';
import { ruleKey } from '../policy/document/rule';
import type { ProxyConfig } from '../policy/document/schema';
import { leadsTo } from './front-files';
import type { Host } from './host';
import { connectionsOf, isActive, stop } from './iron-proxy';
import { say } from './log';
import type { Slot } from './paths';
import type { SecretVersions } from './policy-source';
import type { Policy } from './render';
import { other } from './slot';

/** Milliseconds until the front's older process has closed its connections (`hard-stop-after` of front.cfg). */
const DRAIN = 15 * 60_000;
/** Milliseconds in which a connection that the front had accepted before may still arrive: its hello takes at most ten seconds. */
const SETTLE = 15_000;

interface Serving {
  readonly policy: Policy;
  readonly versions: SecretVersions;
}

interface Retirement {
  readonly slot: Slot;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Whether its connections end at once. */
  readonly closes: boolean;
}

/** Notes, before the slot changes, how the iron-proxy in the old slot ends. */
export async function beginRetirement(
  host: Host,
  old: Serving & { readonly slot: Slot },
  next: Serving,
): Promise<void> {
  const isNew = Object.keys(old.versions).some((name) => old.versions[name] !== next.versions[name]);
  const closes = isNew || !opensOnly(old.policy.config, next.policy.config);
  const retirement: Retirement = { slot: old.slot, since: host.now(), closes };
  await host.write(host.paths.retirement, JSON.stringify(retirement), { mode: 0o600 });
}

/**
 * Ends the iron-proxy in the other slot than the one in force: at once where the change closed something or nobody noted why
 * it runs, and otherwise when its last connection has ended, or after 15 minutes.
 */
export async function retire(host: Host, inForce: Slot): Promise<void> {
  const slot = other(inForce);
  if (!(await isActive(host, slot))) return;
  const noted = await readRetirement(host);
  if (noted?.slot === slot && !noted.closes) {
    // The front may have refused to lead new connections to the slot in force.
    if (!leadsTo(inForce, (await host.read(host.paths.front)) ?? '')) return;
    const elapsed = host.now() - noted.since;
    if (elapsed < SETTLE) return;
    if (elapsed < DRAIN && (await connectionsOf(host, slot)) > 0) return;
  }
  await stop(host, slot);
  await say(host, 'info', 'older iron-proxy ended', noted?.closes ? 'at once' : 'drained');
}

async function readRetirement(host: Host): Promise<Retirement | undefined> {
  try {
    const read: unknown = JSON.parse((await host.read(host.paths.retirement)) ?? '');
    return isRecord(read) && typeof read.since === 'number' ? (read as unknown as Retirement) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a policy is another one and some more rules: then what has begun under the older one may end by itself. */
export function opensOnly(before: ProxyConfig, after: ProxyConfig): boolean {
  const known = new Set(rulesOf(before).map(ruleKey));
  // A buffer opens and closes nothing.
  const without = ({ proxy, ...rest }: ProxyConfig) =>
    JSON.stringify(withoutOthers({ ...rest, proxy: { ...proxy, max_request_body_bytes: 0 } }, known));
  return without(after) === without(before);
}

function rulesOf({ transforms }: ProxyConfig) {
  return transforms.flatMap((transform) => (transform.name === 'allowlist' ? transform.config.rules : []));
}

/** The policy without rules that aren't `known`, and without what is for those alone. */
function withoutOthers(value: unknown, known: ReadonlySet<string>): unknown {
  if (Array.isArray(value))
    return value.map((item) => withoutOthers(item, known)).filter((item) => item !== undefined);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    if (key !== 'rules' || !Array.isArray(item)) return [key, withoutOthers(item, known)] as const;
    const rules = item.filter((rule) => known.has(ruleKey(rule)));
    return [key, rules.length > 0 ? rules : undefined] as const;
  });
  return entries.some(([key, item]) => item === undefined && (key === 'rules' || key === 'config'))
    ? undefined
    : Object.fromEntries(entries);
}
