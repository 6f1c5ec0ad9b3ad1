import { isRecord } from '../json';
import type { Host } from './host';
import { answers, isActive, start, stop } from './iron-proxy';
import type { Slot } from './paths';
import type { SecretVersions } from './policy-source';
import { type Reason, reason } from './reason';
import { type Policy, sha256 } from './render';
import { beginRetirement } from './retire';
import { other, readPolicy, SLOTS, slotInForce, textIn, writePolicy } from './slot';

/** What warden remembers of iron-proxy between two passes. */
export interface ServingMemory {
  /** What iron-proxy could not start with, and when, in milliseconds since the epoch: it isn't tried at every poll. */
  readonly refused?: ReadonlyMap<string, { readonly at: number; readonly message: string }>;
  /** Polls in a row that a running iron-proxy did not answer. */
  readonly silent?: number;
}

export interface ServingState {
  /**
   * in-force: the wanted policy; kept: an older policy; behind: an older policy with an older binary, authority or
   * environment; shut: iron-proxy does not run.
   */
  readonly kind: 'in-force' | 'kept' | 'behind' | 'shut';
  /** What new connections get; undefined when it does not run. */
  readonly running?: Running;
  readonly memory: ServingMemory;
  readonly reason?: Reason;
}

export interface Running {
  readonly slot: Slot;
  /** Digest of the policy. */
  readonly policy: string;
  /** The versions of its secrets: it was started since they have them. */
  readonly versions: SecretVersions;
}

export interface ServingNeeds {
  /** Absent while the wanted policy is unknown: the one in force stays. */
  readonly policy?: Policy;
  /** Its binary, the certificate authority and the environment. */
  readonly machine: string;
  /** Absent while Parameter Store can't be read. */
  readonly versions?: SecretVersions;
  readonly prefix: string;
}

/** What an iron-proxy was started with; the file is gone after a reboot, like the process. */
interface Started {
  readonly start: string;
  readonly versions: SecretVersions;
}

/** How long what was refused waits before the next try, in milliseconds. */
const WAIT = 2 * 60_000;
const SILENT_LIMIT = 3;

/**
 * Puts a policy in force, or keeps the last good one. iron-proxy runs in a slot; whatever changes starts a second one in the
 * other slot:
 *
 * 1. A policy file that warden would not write itself is removed.
 * 2. Without a policy, wanted or on disk, iron-proxy is stopped.
 * 3. iron-proxy runs and answers with the wanted policy, machine and secrets: nothing to do.
 * 4. Otherwise one is started in the other slot. What was refused a moment ago waits.
 * 5. If it answers, the slot changes, and the old one begins to retire (retire.ts) once the front leads to the new one.
 * 6. If it doesn't, the running one goes on as it was. When the policy may be at fault, a new machine is tried with the old
 *    policy.
 * 7. When nothing runs after that, iron-proxy is shut.
 *
 * The slot's file always holds a policy with which iron-proxy has run.
 */
export async function serve(host: Host, needs: ServingNeeds, memory: ServingMemory): Promise<ServingState> {
  const slot = await slotInForce(host);
  const present = slot && (await readPolicy(host, slot, needs.prefix));
  const wanted = needs.policy ?? present;
  if (wanted === undefined)
    return stopServing(host, memory, reason('iron-proxy-down', 'no policy has arrived yet'));

  const running = slot && (await runningIn(host, slot));
  const versions = needs.versions ?? running?.versions ?? {};
  const startOf = ({ digest }: Policy) =>
    sha256(JSON.stringify([digest, needs.machine, Object.entries(versions).sort()]));
  if (slot && running?.start === startOf(wanted)) {
    const state = await goOn(host, runs(slot, wanted, versions), wanted, memory);
    if (state !== undefined) return state;
  }
  const current: Current = { slot, present, running, startOf, versions };
  const changed = await change(host, current, memory, wanted);
  return changed.slot
    ? { kind: 'in-force', running: runs(changed.slot, wanted, versions), memory: changed.memory }
    : fallBack(host, current, changed, wanted);
}

/** Step 3. Undefined when iron-proxy must start anew. */
async function goOn(
  host: Host,
  running: Running,
  wanted: Policy,
  memory: ServingMemory,
): Promise<ServingState | undefined> {
  const { slot } = running;
  // Somebody changed the file: iron-proxy may have read it.
  if ((await host.read(host.paths.policies[slot])) !== textIn(slot, wanted)) return undefined;
  if (await answers(host, slot)) return { kind: 'in-force', running, memory: {} };
  const silent = (memory.silent ?? 0) + 1;
  const because = reason('iron-proxy-down', `silent for ${silent} polls`);
  return silent < SILENT_LIMIT
    ? { kind: 'kept', running, memory: { ...memory, silent }, reason: because }
    : undefined;
}

/** Steps 6 and 7. */
async function fallBack(
  host: Host,
  current: Current,
  { message, memory }: Failed,
  wanted: Policy,
): Promise<ServingState> {
  const { slot, present, running, startOf, versions } = current;
  const older = present && present.digest !== wanted.digest ? present : undefined;
  const because = reason(older ? 'policy-refused' : 'iron-proxy-down', message);
  if (older && running?.start !== startOf(older)) {
    const changed = await change(host, current, memory, older);
    if (changed.slot)
      return {
        kind: 'kept',
        running: runs(changed.slot, older, versions),
        memory: changed.memory,
        reason: because,
      };
  }
  if (slot === undefined || present === undefined || running === undefined)
    return stopServing(host, memory, because);
  const kind = running.start === startOf(present) ? 'kept' : 'behind';
  return { kind, running: runs(slot, present, running.versions), memory, reason: because };
}

export async function stopServing(host: Host, memory: ServingMemory, because: Reason): Promise<ServingState> {
  for (const slot of SLOTS) if (await isActive(host, slot)) await stop(host, slot);
  return { kind: 'shut', memory: { refused: memory.refused }, reason: because };
}

interface Current {
  readonly slot: Slot | undefined;
  readonly present: Policy | undefined;
  readonly running: Started | undefined;
  readonly startOf: (policy: Policy) => string;
  readonly versions: SecretVersions;
}

interface Failed {
  readonly slot?: undefined;
  readonly message: string;
  readonly memory: ServingMemory;
}

type Changed = Failed | { readonly slot: Slot; readonly memory: ServingMemory };

/** Starts an iron-proxy beside the running one, or where none runs, and makes its slot the one in force. */
async function change(
  host: Host,
  { slot, present, running, startOf, versions }: Current,
  memory: ServingMemory,
  policy: Policy,
): Promise<Changed> {
  const digest = startOf(policy);
  const before = memory.refused?.get(digest);
  if (before && host.now() - before.at < WAIT) return { message: before.message, memory };
  // The file of the slot in force is the policy to go back to.
  const into = slot && (running || present?.digest !== policy.digest) ? other(slot) : (slot ?? 'a');
  await writePolicy(host, into, policy);
  const message = await start(host, into);
  if (message !== undefined) {
    const refused = new Map([...(memory.refused ?? []), [digest, { at: host.now(), message }]]);
    return { message, memory: { refused } };
  }
  const started: Started = { start: digest, versions };
  await host.write(host.paths.started[into], JSON.stringify(started), { mode: 0o600 });
  if (slot && running && present) {
    const old = { slot, policy: present, versions: running.versions };
    await beginRetirement(host, old, { policy, versions });
  }
  if (into !== slot) await host.write(host.paths.slot, `${into}\n`, { mode: 0o644 });
  return { slot: into, memory: { refused: memory.refused } };
}

const runs = (slot: Slot, { digest }: Policy, versions: SecretVersions): Running => ({
  ...{ slot, policy: digest, versions },
});

/** What the iron-proxy in a slot was started with, when it runs. */
async function runningIn(host: Host, slot: Slot): Promise<Started | undefined> {
  if (!(await isActive(host, slot))) return undefined;
  try {
    const read: unknown = JSON.parse((await host.read(host.paths.started[slot])) ?? '');
    if (isRecord(read) && typeof read.start === 'string' && isRecord(read.versions))
      return { start: read.start, versions: read.versions as SecretVersions };
  } catch {
    // Started by somebody else, or half noted: another start decides.
  }
  return { start: '', versions: {} };
}
