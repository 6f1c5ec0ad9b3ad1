import { isOlder } from '../../constructs/proxy/box-manifest';
import { type Reason, reason } from './reason';
import { isInWindow, lastWindowEnd, type Window } from './update-window';

export interface SystemFacts {
  /** What the box runs. @default unknown */
  readonly running?: string;
  readonly wanted: Window & { readonly release: string };
  /** Since when this release is wanted, in milliseconds since the epoch. */
  readonly since: number;
  /** The release that was undone last. */
  readonly bad?: string;
  /** Whether the box has ever had a policy in force: before that it serves nobody, and needs no window. */
  readonly hasServed: boolean;
  /** Whether other software of the box is being changed. */
  readonly isBusy: boolean;
  /** When an upgrade was last asked for. */
  readonly tried?: number;
  readonly now: number;
}

export interface SystemStep {
  /** Whether to ask for the upgrade now. */
  readonly upgrade: boolean;
  readonly reason?: Reason;
}

/** Pause before a failed download of an upgrade is retried, in milliseconds: about ten tries in a window. */
const RETRY = 5 * 60_000;

/** What a box does about the wanted release. It never goes back to an older one. */
export function nextSystemStep(facts: SystemFacts): SystemStep {
  const { running, wanted, since, bad, hasServed, isBusy, tried, now } = facts;
  const { release } = wanted;
  if (running !== undefined && !isOlder(running, release)) return { upgrade: false };
  if (bad === release) return { upgrade: false, reason: reason('system-rolled-back', release) };
  const isMissed = lastWindowEnd(wanted, now) > since;
  const detail = `${running ?? 'an unknown release'} runs, ${release} is pinned`;
  const fault = isMissed ? { reason: reason('system-outdated', detail) } : {};
  const isAllowed = isInWindow(wanted, now) || !hasServed;
  const isRested = tried === undefined || now - tried >= RETRY;
  return { upgrade: running !== undefined && isAllowed && isRested && !isBusy, ...fault };
}
