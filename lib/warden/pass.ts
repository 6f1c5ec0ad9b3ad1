import { opened } from '../policy/document/opened';
import { type AuditProgress, tendAuditFile } from './audit-file';
import type { Box } from './box';
import { tendCanaries } from './canaries';
import { type Authority, ensureAuthority } from './certificate';
import { checkDisk } from './disk';

import { ensureEnvironment } from './environment';
import { tendFront } from './front';
import { tendGate } from './gate-keeper';
import type { Grants } from './grants';
import { type Facts, type Health, judge, track } from './health';
import type { Host } from './host';
import { conclude, goBack, placeIronProxy, switchTo } from './iron-proxy-software';
import { say } from './log';
import { readWanted, type Wanted, type WantedRead } from './policy-source';
import { type Reason, type ReasonCode, reason } from './reason';
import { tellRefusals } from './refusals';
import { type Rendered, render } from './render';
import { retire } from './retire';
import { tendScan } from './scan';
import { type ServingMemory, type ServingState, serve, stopServing } from './serving';
import { slotInForce } from './slot';
import { proveSound } from './sound';
import { readState, type State, saveState } from './state';
import { brokenSystem, isSystemMoving, type SystemMemory, tendSystem } from './system';
import { tendWarden } from './warden-software';

/** What warden keeps between two passes. A new warden starts without: the rest is on disk. */
export interface Memory {
  readonly wanted?: Wanted;
  readonly serving: ServingMemory;
  readonly audit?: AuditProgress;
  readonly diskFull: boolean;
  /** Connections that the front has refused so far. */
  readonly refusals?: number;
  readonly system: SystemMemory;
  readonly since: ReadonlyMap<ReasonCode, number>;
}

export const NOTHING: Memory = { serving: {}, diskFull: false, system: {}, since: new Map() };

export interface PassResult {
  readonly memory: Memory;
  readonly health: Health;
  readonly facts: Facts;
}

/**
 * Brings the box one step closer to what the deployment wants:
 *
 * 1. Read warden's state from disk.
 * 2. Check free space; free the records that CloudWatch has.
 * 3. Read manifest, policy, certificate and versions of secrets from Parameter Store; check the policy and leave out rules
 *    whose secret was never set, and add the rules of live grants.
 * 4. Full disk, too many records that CloudWatch doesn't have, or a system that an upgrade broke: stop iron-proxy. Otherwise (`tend`) write environment and certificate
 *    authority, install the pinned iron-proxy, start the gate with its policy, put iron-proxy's in force, roll back an
 *    iron-proxy that can't, put the front's limits in force, and start the upgrade of warden itself.
 * 5. Start the upgrade of Amazon Linux in its window.
 * 6. Log reasons that began or ended; tell a running upgrade whether the box is sound; save the state.
 * 7. Return health and facts, which watch.ts reports.
 *
 * A pass may be interrupted anywhere, and the next one continues.
 */
export async function pass(host: Host, box: Box, memory: Memory, grants?: Grants): Promise<PassResult> {
  const before = await readState(host);
  const full = await checkDisk(host, memory.diskFull);
  const audit = await tendAuditFile(host, memory.audit);
  const moving = await isSystemMoving(host);
  const hasServed = (await slotInForce(host)) !== undefined;
  const read = await readWanted(host, box, memory.wanted);
  const wanted = read.ok ? read.wanted : memory.wanted;
  const granted = wanted && grants ? await grants.of(wanted.bundle) : [];
  const where = { stack: box.stack, region: box.region };
  const plain = wanted && render(wanted.bundle, wanted.neverSet, where);
  const rendered =
    granted.length > 0 && wanted ? render(opened(wanted.bundle, granted), wanted.neverSet, where) : plain;

  const closed = full ?? audit.closed ?? (await brokenSystem(host));
  const done = closed
    ? { state: before, serving: await stopServing(host, memory.serving, closed), reasons: [] }
    : await tend(host, { box, before, read, wanted, rendered, serving: memory.serving, moving });
  if (done.serving.kind === 'in-force') await grants?.inDocument();
  const manifest = read.ok ? read.wanted.manifest : read.manifest;
  const system = closed
    ? { state: done.state, memory: memory.system }
    : await tendSystem(host, { manifest, state: done.state, memory: memory.system, hasServed });

  const reasons = [
    ...(read.ok ? [] : [read.reason]),
    ...done.reasons,
    ...[done.serving.reason, system.reason, audit.reason].filter(isReason),
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
      serving: done.serving.memory,
      audit: audit.progress,
      diskFull: full !== undefined,
      refusals: await tellRefusals(host, memory.refusals),
      system: system.memory,
      since,
    },
    health: judge(reasons, since, host.now()),
    facts: {
      stack: box.stack,
      agent: box.agent,
      warden: box.warden,
      ironProxy: await host.readLink(host.paths.ironProxyCurrent),
      // Without grants, so that it can be compared with what was deployed.
      policy: done.serving.kind === 'in-force' ? plain?.policy.digest : done.serving.running?.policy,
      unset: rendered?.unset ?? [],
      secrets: done.serving.running?.versions ?? {},
    },
  };
}

interface Work {
  readonly box: Box;
  readonly before: State;
  readonly read: WantedRead;
  readonly wanted: Wanted | undefined;
  readonly rendered: Rendered | undefined;
  readonly serving: ServingMemory;
  /** Whether an upgrade of the system is under way: the kit's own software doesn't change meanwhile. */
  readonly moving: boolean;
}

interface Done {
  readonly state: State;
  readonly serving: ServingState;
  readonly reasons: readonly Reason[];
}

async function tend(
  host: Host,
  { box, before, read, wanted, rendered, serving, moving }: Work,
): Promise<Done> {
  const reasons: Reason[] = [];
  const environment = await ensureEnvironment(host, box);
  const authority = await ensureAuthority(host, wanted);
  if (authority.reason) reasons.push(authority.reason);
  const software = moving ? { state: before } : await tendSoftware(host, before, read);
  if (software.reason) reasons.push(software.reason);

  const silent = await tendGate(host, box, rendered?.gate);
  if (silent) reasons.push(silent);

  const open = (memory: ServingMemory) =>
    tendMachine(host, { box, wanted, rendered, memory, environment, authority });
  const opened = await open(serving);
  // Without an authority or a policy iron-proxy was not tried, so this pass says nothing about the software.
  const tried = authority.digest !== undefined && (rendered !== undefined || opened.kind !== 'shut');
  const trial = tried
    ? await endTrial(host, software.state, opened, () => open({}))
    : { ...software, serving: opened };
  if (trial.rolledBack) reasons.push(trial.rolledBack);
  const { running } = trial.serving;
  const slot = running?.slot ?? (await slotInForce(host));
  const front = wanted?.bundle.airlock.front;
  if (front) await tendCanaries(host, front.canaries === true);
  if (front) await tendScan(host, front.scan === true);
  reasons.push(...(await tendFront(host, front, slot, box.address)));
  if (running) await retire(host, running.slot);
  const manifest = read.ok ? read.wanted.manifest : read.manifest;
  const upgrade = manifest && !moving && (await tendWarden(host, box, manifest));
  if (upgrade) reasons.push(upgrade);
  return { state: trial.state, serving: trial.serving, reasons };
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
  readonly serving: ServingState;
  readonly rolledBack?: Reason;
}

/** A new iron-proxy that can't run is replaced by the one before it. */
async function endTrial(
  host: Host,
  state: State,
  opened: ServingState,
  reopen: () => Promise<ServingState>,
): Promise<Trial> {
  if (state.trying === undefined) return { state, serving: opened };
  const works = ({ kind }: ServingState) => kind === 'in-force' || kind === 'kept';
  if (works(opened)) return { state: await conclude(host, state, false), serving: opened };
  await goBack(host, state);
  const serving = await reopen();
  // When neither can run, the fault is elsewhere, and the new one is tried again.
  const bad = works(serving);
  const rolledBack = bad ? reason('iron-proxy-rolled-back', opened.reason?.detail) : undefined;
  return { state: await conclude(host, state, bad), serving, rolledBack };
}

interface Machine {
  readonly box: Box;
  readonly wanted: Wanted | undefined;
  readonly rendered: Rendered | undefined;
  readonly memory: ServingMemory;
  readonly environment: string;
  readonly authority: Authority;
}

async function tendMachine(host: Host, machine: Machine): Promise<ServingState> {
  const { box, wanted, rendered, memory, environment, authority } = machine;
  const binary = await host.readLink(host.paths.ironProxyCurrent);
  if (binary === undefined)
    return stopServing(host, memory, reason('iron-proxy-down', 'it is not installed'));
  if (authority.digest === undefined)
    return stopServing(host, memory, reason('iron-proxy-down', 'no certificate authority'));
  const needs = {
    policy: rendered?.policy,
    machine: [binary, authority.digest, environment].join('\n'),
    versions: wanted?.versions,
    prefix: `/${box.stack}/${box.agent}/`,
  };
  return serve(host, needs, memory);
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
