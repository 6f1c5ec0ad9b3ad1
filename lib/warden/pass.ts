import { type AuditProgress, tendAuditFile } from './audit-file';
import type { Box } from './box';
import { type Authority, ensureAuthority } from './certificate';
import { checkDisk } from './disk';
import { type DoorMemory, type DoorState, shut, tendDoor } from './door';
import { ensureEnvironment } from './environment';
import { type Facts, type Health, judge, track } from './health';
import type { Host } from './host';
import { conclude, goBack, placeIronProxy, switchTo } from './iron-proxy-software';
import { say } from './log';
import { readWanted, type Wanted, type WantedRead } from './policy-source';
import { type Reason, type ReasonCode, reason } from './reason';
import { type Rendered, render } from './render';
import { proveSound } from './sound';
import { readState, type State, saveState } from './state';
import { brokenSystem, isSystemMoving, type SystemMemory, tendSystem } from './system';
import { tendWarden } from './warden-software';

/** What warden keeps between two passes. A new one may start with nothing: the disk tells the rest. */
export interface Memory {
  readonly wanted?: Wanted;
  readonly door: DoorMemory;
  readonly audit?: AuditProgress;
  readonly diskFull: boolean;
  readonly system: SystemMemory;
  readonly since: ReadonlyMap<ReasonCode, number>;
}

export const NOTHING: Memory = { door: {}, diskFull: false, system: {}, since: new Map() };

export interface PassResult {
  readonly memory: Memory;
  readonly health: Health;
  readonly facts: Facts;
}

/** One look at what is wanted and one attempt to get there. Safe to be cut off anywhere and run again. */
export async function pass(host: Host, box: Box, memory: Memory): Promise<PassResult> {
  const before = await readState(host);
  const full = await checkDisk(host, memory.diskFull);
  const audit = await tendAuditFile(host, memory.audit);
  const moving = await isSystemMoving(host);
  const hasServed = (await host.read(host.paths.goodPolicy)) !== undefined;
  const read = await readWanted(host, box, memory.wanted);
  const wanted = read.ok ? read.wanted : memory.wanted;
  const rendered = wanted && render(wanted.bundle, wanted.neverSet);

  const closed = full ?? (await brokenSystem(host));
  const done = closed
    ? { state: before, door: await shut(host, memory.door, closed), reasons: [] }
    : await tend(host, { box, before, read, wanted, rendered, door: memory.door, moving });
  const manifest = read.ok ? read.wanted.manifest : read.manifest;
  const system = closed
    ? { state: done.state, memory: memory.system }
    : await tendSystem(host, { manifest, state: done.state, memory: memory.system, hasServed });

  const reasons = [
    ...(read.ok ? [] : [read.reason]),
    ...done.reasons,
    ...[done.door.reason, system.reason, audit.reason].filter(isReason),
  ];
  await sayWhatChanged(host, memory.since, reasons);
  const since = track(memory.since, reasons, host.now());
  if (!full) {
    const codes = await proveSound(host, box, reasons, before.reasons ?? [], moving);
    await saveState(host, before, { ...system.state, reasons: codes });
  }
  return {
    memory: {
      wanted,
      door: done.door.memory,
      audit: audit.progress,
      diskFull: full !== undefined,
      system: system.memory,
      since,
    },
    health: judge(reasons, since, host.now()),
    facts: {
      stack: box.stack,
      agent: box.agent,
      warden: box.warden,
      ironProxy: await host.readLink(host.paths.ironProxyCurrent),
      policy: done.door.kind === 'in-force' ? rendered?.digest : done.door.memory.confirmed,
      unset: rendered?.unset ?? [],
    },
  };
}

interface Work {
  readonly box: Box;
  readonly before: State;
  readonly read: WantedRead;
  readonly wanted: Wanted | undefined;
  readonly rendered: Rendered | undefined;
  readonly door: DoorMemory;
  /** Whether an upgrade of the system is under way: the kit's own software rests meanwhile. */
  readonly moving: boolean;
}

interface Done {
  readonly state: State;
  readonly door: DoorState;
  readonly reasons: readonly Reason[];
}

async function tend(host: Host, { box, before, read, wanted, rendered, door, moving }: Work): Promise<Done> {
  const reasons: Reason[] = [];
  const environment = await ensureEnvironment(host, box);
  const authority = await ensureAuthority(host, wanted);
  if (authority.reason) reasons.push(authority.reason);
  const software = moving ? { state: before } : await tendSoftware(host, before, read);
  if (software.reason) reasons.push(software.reason);

  const open = (memory: DoorMemory) => tendMachine(host, { box, rendered, memory, environment, authority });
  const opened = await open(door);
  // Without an authority or a policy nothing was tried, so nothing has been shown about the software.
  const tried = authority.digest !== undefined && (rendered !== undefined || opened.kind !== 'shut');
  const trial = tried
    ? await endTrial(host, software.state, opened, () => open({}))
    : { ...software, door: opened };
  if (trial.rolledBack) reasons.push(trial.rolledBack);
  const manifest = read.ok ? read.wanted.manifest : read.manifest;
  const upgrade = manifest && !moving && (await tendWarden(host, box, manifest));
  if (upgrade) reasons.push(upgrade);
  return { state: trial.state, door: trial.door, reasons };
}

async function tendSoftware(
  host: Host,
  state: State,
  read: WantedRead,
): Promise<{ readonly state: State; readonly reason?: Reason }> {
  const manifest = read.ok ? read.wanted.manifest : read.manifest;
  if (manifest === undefined || state.trying !== undefined) return { state };
  const release = manifest.ironProxy;
  if (release === undefined) return { state, reason: reason('iron-proxy-unpinned') };
  if (release.sha256 === state.badIronProxy) {
    return { state, reason: reason('iron-proxy-rolled-back', release.version) };
  }
  const placed = await placeIronProxy(host, release);
  if (!placed.ok) return { state, reason: placed.reason };
  const { badIronProxy: _forgotten, ...clean } = state;
  return { state: await switchTo(host, clean, release.sha256, placed.directory) };
}

interface Trial {
  readonly state: State;
  readonly door: DoorState;
  readonly rolledBack?: Reason;
}

/** A new iron-proxy that can't hold the door gives way to the one before it. */
async function endTrial(
  host: Host,
  state: State,
  opened: DoorState,
  reopen: () => Promise<DoorState>,
): Promise<Trial> {
  if (state.trying === undefined) return { state, door: opened };
  if (opened.kind !== 'shut') return { state: await conclude(host, state, false), door: opened };
  await goBack(host, state);
  const door = await reopen();
  // When neither can, the fault is elsewhere, and the new one deserves another try.
  const bad = door.kind !== 'shut';
  const rolledBack = bad ? reason('iron-proxy-rolled-back', opened.reason?.detail) : undefined;
  return { state: await conclude(host, state, bad), door, rolledBack };
}

interface Machine {
  readonly box: Box;
  readonly rendered: Rendered | undefined;
  readonly memory: DoorMemory;
  readonly environment: string;
  readonly authority: Authority;
}

async function tendMachine(host: Host, machine: Machine): Promise<DoorState> {
  const { box, rendered, memory, environment, authority } = machine;
  const binary = await host.readLink(host.paths.ironProxyCurrent);
  if (binary === undefined) return shut(host, memory, reason('iron-proxy-down', 'it is not installed'));
  if (authority.digest === undefined)
    return shut(host, memory, reason('iron-proxy-down', 'no certificate authority'));
  const needs = [binary, authority.digest, environment].join('\n');
  return tendDoor(host, { rendered, machine: needs, prefix: `/${box.stack}/${box.agent}/` }, memory);
}

async function sayWhatChanged(
  host: Host,
  since: ReadonlyMap<ReasonCode, number>,
  reasons: readonly Reason[],
): Promise<void> {
  for (const { code, detail } of reasons) {
    if (!since.has(code)) await say(host, 'error', code, detail);
  }
  for (const code of since.keys()) {
    if (!reasons.some((one) => one.code === code)) await say(host, 'info', `${code} is over`);
  }
}

function isReason(value: Reason | undefined): value is Reason {
  return value !== undefined;
}
