import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import type { Host } from './host';
import { say } from './log';
import { type Reason, reason } from './reason';
import type { State } from './state';
import { nextSystemStep } from './system-step';

const UNIT = 'airlock-system-upgrade.service';

/** The release that the box runs, as its own system says; every image since 2023 has it in its name there. */
export async function runningRelease(host: Host): Promise<string | undefined> {
  const text = (await host.read(host.paths.osRelease)) ?? '';
  return /^PRETTY_NAME="Amazon Linux (2023\.[0-9]{1,3}\.[0-9]{8})"$/m.exec(text)?.[1];
}

export async function isSystemMoving(host: Host): Promise<boolean> {
  return (await host.read(host.paths.systemUpgrade)) !== undefined;
}

/** Why iron-proxy must stay stopped, whatever the policy says. */
export async function brokenSystem(host: Host): Promise<Reason | undefined> {
  const release = await host.read(host.paths.systemBroken);
  return release === undefined ? undefined : reason('system-broken', release);
}

export interface SystemMemory {
  readonly tried?: number;
}

interface Needs {
  readonly manifest: BoxManifest | undefined;
  readonly state: State;
  readonly memory: SystemMemory;
  readonly hasServed: boolean;
}

interface Tended {
  readonly state: State;
  readonly memory: SystemMemory;
  readonly reason?: Reason;
}

/**
 * Gives the wanted release to airlock-system-upgrade.service, in the window or before the box serves anybody. That unit
 * does the rest: warden may not write to the packages' directories, and under a new system it might not start.
 */
export async function tendSystem(host: Host, { manifest, state, memory, hasServed }: Needs): Promise<Tended> {
  const wanted = manifest?.amazonLinux;
  if (wanted === undefined) return { state, memory };
  const isSame = state.wantedRelease?.release === wanted.release;
  const wantedRelease =
    isSame && state.wantedRelease ? state.wantedRelease : { release: wanted.release, since: host.now() };
  const next: State = { ...state, wantedRelease };
  if (await isSystemMoving(host)) {
    // At every pass: it does nothing while the unit runs, and restarts an interrupted one.
    await start(host);
    return { state: next, memory };
  }
  const bad = (await host.read(host.paths.badRelease))?.trim();
  // A manifest that names another one makes the bad one worth trying again, should it be wanted again.
  if (bad !== undefined && bad !== wanted.release) await host.remove(host.paths.badRelease);
  const running = await runningRelease(host);
  const step = nextSystemStep({
    running,
    wanted,
    since: wantedRelease.since,
    bad,
    hasServed,
    isBusy: state.trying !== undefined || (await host.read(host.paths.upgrade)) !== undefined,
    tried: memory.tried,
    now: host.now(),
  });
  if (!step.upgrade) return { state: next, memory, reason: step.reason };
  await host.write(host.paths.systemUpgrade, `${wanted.release}\n${running}\n`, { mode: 0o600 });
  await say(host, 'info', 'system upgrade', `from ${running} to ${wanted.release}`);
  await start(host);
  return { state: next, memory: { tried: host.now() }, reason: step.reason };
}

async function start(host: Host): Promise<void> {
  await host.run({ file: 'systemctl', arguments: ['start', '--no-block', UNIT], timeoutSeconds: 30 });
}
