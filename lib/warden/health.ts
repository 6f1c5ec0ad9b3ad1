import { HEALTH_METRIC, METRIC_NAMESPACE } from '../../constructs/names';
import type { Head } from '../audit/chain';
import type { SpendSeen } from '../policy/gate/spend/sums';
import type { SecretVersions } from './policy-source';
import { REASONS, type Reason, type ReasonCode } from './reason';

/** How long a transient fault is only logged before the box counts as unhealthy, in milliseconds. */
export const GRACE = 5 * 60_000;

/** Transient faults: AWS can't be reached, or a deployment has changed half of the parameters. */
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
 * A box is healthy when its wanted policy is in force and iron-proxy answers. A transient fault counts only once it has
 * lasted; `since` holds the time at which each reason began.
 */
export function judge(
  reasons: readonly Reason[],
  since: ReadonlyMap<ReasonCode, number>,
  now: number,
): Health {
  const lasting = reasons.filter(({ code }) => !PASSING.has(code) || now - (since.get(code) ?? now) >= GRACE);
  return { healthy: lasting.length === 0, reasons };
}

/** The time at which each present reason began. */
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
  /** Ids of secrets that nobody has set yet: their rules refuse requests, which is no fault. */
  readonly unset: readonly string[];
  /** Version of each secret since which iron-proxy has held no earlier value. */
  readonly secrets: SecretVersions;
}

/**
 * A line of CloudWatch's embedded metric format: CloudWatch takes the metric from the log, so the box needs no permission to
 * write metrics.
 *
 * @param head The last record that the gate has on disk. The box can add lines to its log group and change none, so that
 * a record which is gone later shows.
 */
export function healthLine(
  health: Health,
  facts: Facts,
  now: number,
  head?: Head,
  spend?: SpendSeen,
): object {
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
    secrets: facts.secrets,
    head,
    spend,
  };
}
