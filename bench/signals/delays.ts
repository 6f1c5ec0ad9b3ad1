import { LIMITS, SIGNALS, type SignalId } from '../../lib/config/values/signals';
import { CATALOGUE } from '../../lib/watch/catalogue';
import { LOOK_MINUTES } from '../../lib/watch/cloud-look';

/** Seconds that the kit's own clocks wait at most. */
export const OWN = {
  /** The gate looks at records that are on disk. */
  gate: 0.5,
  /** After the end of a connection the gate waits for its last request. */
  settle: 2,
  /** Warden's rest between two passes. */
  warden: 24,
  /** Records may wait for the archive, which warden looks at each minute. */
  archive: 7260,
  /** The CloudWatch agent sends what it has (`force_flush_interval`, whose default is the same). */
  agent: 5,
  /** A flow record covers this time. */
  flows: 60,
  late: 600,
  look: LOOK_MINUTES * 60,
  hour: 3600,
} as const;

/** AWS's pages were read as copies; their own age is not known. */
const READ = 'read in a copy on 2026-11-27';

/** What AWS's documents say of its own part: a usual figure in seconds where there is one. None of them is a promise. */
const AWS = {
  subscription: {
    seconds: 180,
    says: 'a subscription delivers "usually less than three minutes" after CloudWatch Logs has the line',
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html',
  },
  flows: {
    seconds: 300,
    says: 'flow logs reach CloudWatch Logs "typically in about 5 minutes", on a best effort basis',
    page: 'https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html',
  },
  queries: {
    says: 'no figure for a query log; a name that the resolver answers from its cache is not logged again',
    page: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html',
  },
  event: {
    says: 'no figure; services send events durably or on a best effort basis',
    page: 'https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html',
  },
  trail: {
    seconds: 300,
    says: 'CloudTrail delivers "within an average of about 5 minutes of an API call. This time is not guaranteed"',
    page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html',
  },
  backup: {
    seconds: 300,
    says: 'AWS Backup sends events "in a best-effort manner every 5 minutes"',
    page: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html',
  },
  status: {
    seconds: 60,
    says: 'EC2 performs status checks every minute',
    page: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html',
  },
  schedule: {
    seconds: 60,
    says: 'a schedule runs within its minute',
    page: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html',
  },
  metrics: {
    seconds: 300,
    says: 'basic monitoring has a figure for every five minutes',
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ec2-metricscollected.html',
  },
} as const;
type Part = keyof typeof AWS;

const OF_FUNCTION: Partial<Record<SignalId, readonly [waits: number, aws: readonly Part[]]>> = {
  'archive-late': [OWN.archive + OWN.warden + OWN.agent, ['subscription']],
  'backup-failed': [0, ['backup', 'event']],
  'bytes-out': [OWN.gate + OWN.settle + OWN.agent, ['subscription']],
  'chain-broken': [OWN.agent, ['subscription']],
  'cpu-pegged': [OWN.hour + OWN.look, ['metrics', 'schedule']],
  'flow-logs-undelivered': [OWN.hour, ['schedule']],
  'machine-down': [OWN.look, ['status', 'schedule', 'event']],
  'parameter-changed': [0, ['event']],
  'records-late': [OWN.late + OWN.warden + OWN.agent, ['subscription']],
  'rejected-flows': [OWN.flows, ['flows', 'subscription']],
  'resolver-query': [0, ['queries', 'subscription']],
  'secret-read': [0, ['trail', 'event']],
};

/** What the bench measured, median in milliseconds: to the line on disk, and from the function's call to that of the topic. */
export type Measured = Readonly<
  Partial<Record<SignalId, { readonly line?: number; readonly function: number }>>
>;

function secondsOf(part: Part): number | undefined {
  const said: { readonly says: string; readonly seconds?: number } = AWS[part];
  return said.seconds;
}

/** From what happened to the message that leaves for the topic: the kit's clocks at their longest, and AWS's part. */
export function delayOf(signal: SignalId) {
  const own = (CATALOGUE[signal].from === 'gate' ? OWN.gate : OWN.warden) + OWN.agent;
  const [waits, aws] = OF_FUNCTION[signal] ?? [own, ['subscription'] as const];
  const known = aws.flatMap((part) => secondsOf(part) ?? []);
  return {
    waits,
    aws,
    awsSeconds: known.reduce((sum, each) => sum + each, 0),
    isWhole: known.length === aws.length,
  };
}

/** Below a second in milliseconds, above a minute in minutes. */
function time(seconds: number): string {
  if (seconds < 1) return `${Math.ceil(seconds * 1000)} ms`;
  return seconds < 120 ? `${Number(seconds.toFixed(1))} s` : `${Math.ceil(seconds / 60)} min`;
}

/** The rows of the signals in docs/WATCH.md. */
export function signalRows(measured: Measured): string[][] {
  return SIGNALS.map((id) => {
    const { title, mode, from } = CATALOGUE[id];
    const { waits, awsSeconds, isWhole } = delayOf(id);
    const limit = (LIMITS as Partial<Record<SignalId, number>>)[id];
    return [
      `[${id}](RUNBOOKS.md#${id})`,
      title,
      from,
      mode,
      limit === undefined ? '' : String(limit),
      `${time(waits + seenOf(measured, id).function / 1000 + awsSeconds)}${isWhole ? '' : ', and more'}`,
    ];
  });
}

/** What the delays are made of: signals with the same clocks and parts are in one row, each with what was measured. */
export function delayRows(measured: Measured): string[][] {
  const groups = new Map<string, string[]>();
  for (const id of SIGNALS) {
    const { waits, aws } = delayOf(id);
    const { line, function: called } = seenOf(measured, id);
    const key = [waits === 0 ? '' : time(waits), aws.map((part) => `[${part}](#${part})`).join(', ')].join(
      '|',
    );
    const seen = [...(line === undefined ? [] : [line]), called].map((ms) => time(ms / 1000)).join(' + ');
    groups.set(key, [...(groups.get(key) ?? []), `${id} ${seen}`]);
  }
  return [...groups].map(([key, signals]) => [signals.join(', '), ...key.split('|')]);
}

function seenOf(measured: Measured, id: SignalId) {
  const seen = measured[id];
  if (seen === undefined) throw new Error(`${id} was not measured: npm run bench -- signals --write`);
  return seen;
}

/** What AWS's pages say, one line each. */
export function awsLines(): string {
  return Object.entries(AWS)
    .map(([part, { says, page }]) => `- <a id="${part}"></a>**${part}**: ${says} ([page](${page}), ${READ}).`)
    .join('\n');
}
