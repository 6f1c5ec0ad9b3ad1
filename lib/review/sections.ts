import type { AgentReview, Counted, SpendReview } from './agent-review';

/** A table of a review, for every format. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the rows leave out. */
  readonly note?: string;
}

/** The review in a few figures. */
export function figuresOf({ requests, refused, rules, days }: AgentReview): [name: string, value: string][] {
  const uploaded = days.reduce((sum, { uploadKiB }) => sum + uploadKiB, 0);
  return [
    ['requests', number(requests)],
    ['rules used', number(rules.length)],
    ['refused', number(refused)],
    ['bytes out', size(uploaded)],
  ];
}

/** The same in one sentence. */
export function headline(review: AgentReview): string {
  return figuresOf(review)
    .map((figure) => figure.join(': '))
    .join(', ');
}

/** What a review has to say; a table without rows is left out. */
export function sectionsOf(review: AgentReview): Section[] {
  const { rules, refusals, refusalsLeftOut, omitted, newHosts, newHostsLeftOut } = review;
  const { unused, grants, signals, events } = review;
  const all: Section[] = [
    {
      title: 'Signals',
      head: ['signal', 'times', 'last', 'saw'],
      rows: signals.map(asRow),
    },
    {
      title: 'Refused',
      head: ['request', 'times', 'last', 'why'],
      rows: refusals.map(asRow),
      note: [
        ...(refusalsLeftOut > 0 ? [`and ${number(refusalsLeftOut)} more refusals`] : []),
        ...(omitted > 0
          ? [`${number(omitted)} refusals have no record of their own: by a cap, or by the front`]
          : []),
      ].join('; '),
    },
    {
      title: 'Hosts asked for the first time',
      head: ['host', 'answer', 'first'],
      rows: newHosts.map(({ host, allowed, first }) => [
        host,
        allowed ? 'allowed' : 'refused',
        minute(first),
      ]),
      note: newHostsLeftOut > 0 ? `and ${number(newHostsLeftOut)} more hosts` : '',
    },
    {
      title: 'Against the baseline',
      head: ['rule', 'times', 'last', 'what'],
      rows: (review.unusual ?? []).map(asRow),
      note: review.baseline === undefined ? 'no baseline is ratified' : `ratified: ${review.baseline}`,
    },
    { title: 'Spend', head: ['of', 'USD', 'limit'], rows: spendRows(review.spend) },
    {
      title: 'Grants',
      head: ['rule', 'from', 'until', 'by', 'because'],
      rows: grants.map(({ rule, from, until, by, because }) => [
        rule,
        minute(from),
        minute(until),
        by,
        because,
      ]),
    },
    {
      title: 'Rules used',
      head: ['rule', 'requests', 'out', 'last'],
      rows: rules.map(({ rule, requests, uploadKiB, last }) => [
        rule,
        number(requests),
        size(uploadKiB),
        minute(last),
      ]),
    },
    { title: 'Rules that let nothing pass', head: ['rule'], rows: unused.map((rule) => [rule]) },
    {
      title: 'Ages',
      head: ['what', 'days'],
      rows: review.ages.map(({ what, days }) => [what, number(days)]),
      note: review.missing.map((why) => `missing: ${why}`).join('; '),
    },
    {
      title: 'Changes on the proxy box',
      head: ['event', 'times', 'last', 'detail'],
      rows: events.map(asRow),
      note: [
        ...(review.unreadable > 0 ? [`${number(review.unreadable)} lines of the log are no records`] : []),
        ...(review.isAll ? [] : ['CloudWatch has more lines than were read: take a shorter --since']),
      ].join('; '),
    },
  ];
  return all.filter(({ rows, note }) => rows.length > 0 || note);
}

/** Sums of model calls are upper bounds. A stack with nothing to count has no rows. */
function spendRows({ chargedUsd, model, aws }: SpendReview): string[][] {
  const row = (of: string, usd: number, limit: number | undefined) => [
    of,
    usd.toFixed(2),
    limit === undefined ? '' : limit.toFixed(2),
  ];
  return [
    ...(chargedUsd > 0 || model ? [row('model calls in this period, at most', chargedUsd, undefined)] : []),
    ...(model
      ? [
          row('model calls today, at most', model.dayUsd, model.dailyUsd),
          row(
            `model calls this month, at most${model.isLost ? ' (a part of the sum is LOST)' : ''}`,
            model.monthUsd,
            model.monthlyUsd,
          ),
        ]
      : []),
    ...(aws ? [row('AWS this month', aws.spentUsd, aws.limitUsd)] : []),
  ];
}

export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function asRow({ what, why, times, last }: Counted): string[] {
  return [what, number(times), minute(last), why];
}

function number(value: number): string {
  return new Intl.NumberFormat('en-US').format(value);
}

function size(kib: number): string {
  return kib < 1024 ? `${kib.toFixed(kib < 10 ? 1 : 0)} KiB` : `${number(Math.round(kib / 102.4) / 10)} MiB`;
}
