import { auditLogGroup, HEALTH_METRIC, WARDEN_STREAM } from '../../../../constructs/names';
import { fieldOf, jsonIn } from '../../../json';
import type { SpendSeen } from '../../../policy/gate/spend/sums';
import type { Aws } from '../../aws';
import { linesOf } from '../../preflight/live-log';

/** What warden said of its proxy box, once a minute. */
export interface LiveHealth {
  readonly at: Date;
  readonly isHealthy: boolean;
  readonly reasons: readonly string[];
  /** Digest of the policy that iron-proxy has in force. */
  readonly policy?: string;
  readonly warden?: string;
  readonly ironProxy?: string;
  /** What its model calls cost at most; absent without a limit. */
  readonly spend?: SpendSeen;
}

/** How far back warden's last line is looked for, in minutes. */
export const HEALTH_MINUTES = 15;

/** The last line of a proxy box; nothing when it was silent for that long. */
export async function healthOf(
  aws: Aws,
  of: { readonly stack: string; readonly agent: string; readonly now: Date },
): Promise<LiveHealth | undefined> {
  const group = auditLogGroup(of.stack, of.agent);
  const since = new Date(of.now.getTime() - HEALTH_MINUTES * 60_000);
  let last: LiveHealth | undefined;
  const see = (line: string) => {
    const read = healthFrom(line);
    if (read && (!last || read.at >= last.at)) last = read;
  };
  await linesOf(aws, group, since, see, [WARDEN_STREAM]);
  return last;
}

function healthFrom(line: string): LiveHealth | undefined {
  const value = jsonIn(line);
  const metric = fieldOf(value, HEALTH_METRIC);
  const at = new Date(Number(fieldOf(value, '_aws', 'Timestamp')));
  if (typeof metric !== 'number' || Number.isNaN(at.getTime())) return undefined;
  const reasons = fieldOf(value, 'reasons');
  const text = (name: string) => {
    const found = fieldOf(value, name);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    at,
    isHealthy: metric === 1,
    reasons: Array.isArray(reasons) ? reasons.map((each) => String(fieldOf(each, 'code'))) : [],
    policy: text('policy'),
    warden: text('warden'),
    ironProxy: text('ironProxy'),
    ...spendFrom(fieldOf(value, 'spend')),
  };
}

function spendFrom(spend: unknown): { readonly spend: SpendSeen } | undefined {
  const amount = (name: string) => {
    const found = fieldOf(spend, name);
    return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
  };
  const [dayUsd, monthUsd] = [amount('dayUsd'), amount('monthUsd')];
  if (dayUsd === undefined || monthUsd === undefined) return undefined;
  const [dailyUsd, monthlyUsd] = [amount('dailyUsd'), amount('monthlyUsd')];
  const isLost = fieldOf(spend, 'isLost') === true;
  const problem = fieldOf(spend, 'problem');
  const told = typeof problem === 'string' && { problem: problem.slice(0, 300) };
  return { spend: { dayUsd, monthUsd, dailyUsd, monthlyUsd, isLost, ...told } };
}
