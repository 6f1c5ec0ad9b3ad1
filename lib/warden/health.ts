import { HEALTH_METRIC, METRIC_NAMESPACE } from '../../constructs/names';
import { REASONS, type Reason, type ReasonCode } from './reason';

/** How long a fault that may pass by itself is only logged before it counts against health, in milliseconds. */
export const GRACE = 5 * 60_000;

/** Faults of a moment: AWS out of reach, a deployment that has changed half of the parameters. */
const PASSING: ReadonlySet<ReasonCode> = new Set([
  'aws-unreadable',
  'manifest-invalid',
  'manifest-foreign',
  'policy-incomplete',
  'ca-unusable',
  'warden-unavailable',
]);

export interface Health {
  readonly healthy: boolean;
  readonly reasons: readonly Reason[];
}

/**
 * A box is healthy when its wanted policy is in force and iron-proxy answers. What may pass by itself counts only
 * once it has lasted: `since` says since when each reason has been there.
 */
export function judge(
  reasons: readonly Reason[],
  since: ReadonlyMap<ReasonCode, number>,
  now: number,
): Health {
  const lasting = reasons.filter(({ code }) => !PASSING.has(code) || now - (since.get(code) ?? now) >= GRACE);
  return { healthy: lasting.length === 0, reasons };
}

/** Keeps the first time of each reason that is still there. */
export function track(
  since: ReadonlyMap<ReasonCode, number>,
  reasons: readonly Reason[],
  now: number,
): ReadonlyMap<ReasonCode, number> {
  return new Map(reasons.map(({ code }) => [code, since.get(code) ?? now]));
}

export interface Facts {
  readonly stack: string;
  readonly agent: string;
  readonly warden: string;
  readonly ironProxy?: string;
  readonly policy?: string;
  /** Ids of secrets nobody has set yet: their rules are shut, which is no fault. */
  readonly unset: readonly string[];
}

/**
 * A line of CloudWatch's embedded metric format: the metric comes out of the log, so that the box needs no
 * permission to write metrics.
 */
export function healthLine(health: Health, facts: Facts, now: number): object {
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: METRIC_NAMESPACE, Dimensions: [['Stack', 'Agent']], Metrics: [{ Name: HEALTH_METRIC }] },
      ],
    },
    Stack: facts.stack,
    Agent: facts.agent,
    [HEALTH_METRIC]: health.healthy ? 1 : 0,
    level: health.healthy ? 'info' : 'error',
    message: health.healthy ? 'healthy' : 'not healthy',
    reasons: health.reasons.map(({ code, detail }) => ({
      code,
      meaning: REASONS[code],
      ...(detail && { detail }),
    })),
    warden: facts.warden,
    ironProxy: facts.ironProxy,
    policy: facts.policy,
    unset: facts.unset,
  };
}
