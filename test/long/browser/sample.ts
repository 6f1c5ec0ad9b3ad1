import { readFileSync } from 'node:fs';
import { consolePage } from '../../../lib/console/page';
import type { Answer, ConsoleInput } from '../../../lib/console/server';
import type { AuditRecord } from '../../../lib/operations/audit/record';
import { reviewHtml } from '../../../lib/review/html';
import { Review } from '../../../lib/review/review';

export const NOW = Date.UTC(2026, 2, 8, 12, 30);
const DAY = 86_400_000;
/** What a browser may obey or show as something else: HTML, script, controls, a turned reading direction, a long word. */
export const HOSTILE = `<img src=x onerror=document.title='owned'></script><script>document.title='owned'</script>\u001b]0;x\u0007\u202Egnp.exe\u2066`;
const LONG = `/${'a'.repeat(400)}`;

const request = (at: number, more: object): AuditRecord => ({
  record: 'request',
  time: new Date(at).toISOString(),
  host: 'api.github.com',
  method: 'GET',
  path: '/repos/ironsh/iron-proxy/releases',
  decision: 'allow',
  rule: 'release-notes-read',
  ...more,
});
const refused = (at: number, more: object = {}) =>
  request(at, { decision: 'refuse', rule: null, reason: 'no rule allows it', ...more });

/** The records of a busy week, by an agent that chose some of its words to do harm. */
function weekOfRecords(): AuditRecord[] {
  const days = [6, 5, 4, 3, 2, 1, 0].map((ago) => NOW - ago * DAY);
  const of = (at: number, record: string, more: object): AuditRecord => ({
    record,
    time: new Date(at).toISOString(),
    ...more,
  });
  return [
    ...days.flatMap((at, day) =>
      Array.from({ length: 40 + 30 * day }, (_, index) =>
        request(at - index * 1000, {
          rule: index % 3 ? 'release-notes-read' : 'anthropic/messages',
          bodyBytes: 4096,
        }),
      ),
    ),
    ...days.flatMap((at, day) =>
      Array.from({ length: 2 + day * 4 }, () => refused(at, { host: 'evil.example' })),
    ),
    refused(NOW - DAY, { path: HOSTILE }),
    refused(NOW - DAY, { path: LONG }),
    of(NOW - DAY, 'signal', { signal: 'new-host', saw: '"GET evil.example/"', count: 1 }),
    of(NOW - DAY, 'signal', { signal: 'refusals', saw: '31 refusals in five minutes', count: 4 }),
    of(NOW - DAY, 'grant', {
      event: 'opens',
      id: 'g',
      rule: 'release-delete',
      by: 'arn:aws:sts::111122223333:assumed-role/approver/jane',
      because: 'v0.9 was tagged on the wrong commit',
      until: new Date(NOW - DAY + 900_000).toISOString(),
    }),
    of(NOW - DAY, 'event', { event: 'changed', detail: { policy: '0123456789ab', 'secret pat': 3 } }),
    of(NOW - DAY, 'charge', { microUsd: 4_200_000 }),
  ];
}

export function sampleReview(): string {
  const reviews = ['mender', 'scout'].map((agent) => {
    const review = new Review(agent, new Date(NOW - 7 * DAY), new Date(NOW));
    if (agent === 'scout') for (const record of weekOfRecords()) review.add(record);
    return review.result(['release-notes-read', 'release-notes-write', 'anthropic/messages'], {
      spend: {
        model: { dayUsd: 1.5, monthUsd: 12, dailyUsd: 5, monthlyUsd: 60 },
        aws: { spentUsd: 31, limitUsd: 100 },
      },
      ages: [
        { what: 'image of the proxy box', days: 99 },
        { what: 'value of the secret github-write-pat', days: 41 },
      ],
      missing: [],
    });
  });
  const file = (name: string) => readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8');
  return reviewHtml('airlock', reviews, { script: file('uPlot.iife.min.js'), style: file('uPlot.min.css') });
}

const agent = (name: string, more: object = {}) => ({
  agent: name,
  containment: 'open',
  health: {
    at: new Date(NOW).toISOString(),
    isHealthy: true,
    reasons: [],
    spend: { dayUsd: 4.4, monthUsd: 12, dailyUsd: 5, monthlyUsd: 60, isLost: false },
  },
  policy: { deployed: '0123456789ab', isInForce: true },
  secrets: { set: 2, unset: [], otherKey: [] },
  grants: [],
  spend: { spentUsd: 31, limitUsd: 100 },
  missing: [],
  ...more,
});
const rule = (id: string, more: object) => ({
  rule: id,
  allows: 'DELETE api.github.com /repos/ironsh/iron-proxy/releases/*',
  ...more,
});

/** Answers of airlock's commands, and every command that ran. `breaks` are told instead of an answer. */
export function sampleConsole(clock: () => number = Date.now) {
  const ran: string[] = [];
  const breaks = new Map<string, string>();
  const open = new Set<string>();
  const state = { isContained: false };
  const records: AuditRecord[] = [
    request(NOW, {}),
    request(NOW + 1000, {
      rule: 'anthropic/messages',
      method: 'POST',
      host: 'api.anthropic.com',
      path: '/v1/messages',
    }),
    refused(NOW + 2000, { path: HOSTILE }),
    refused(NOW + 3000, { path: LONG }),
    refused(NOW + 4000, {
      rule: 'release-delete',
      risk: 'high',
      method: 'DELETE',
      reason: 'needs a grant',
    }),
  ];
  const answers: Readonly<Record<string, (agent: string, rest: readonly string[]) => object>> = {
    status: () => ({
      agents: [
        agent('mender', {
          health: null,
          secrets: { set: 0, unset: ['/airlock/mender/anthropic-api-key'], otherKey: [] },
          missing: ['AWS denied budgets:ViewBudget in us-east-1'],
          spend: undefined,
        }),
        agent('scout', { containment: state.isContained ? 'contained' : 'open' }),
      ],
    }),
    audit: () => ({ records }),
    grants: () => ({
      rules: [
        open.has('release-delete')
          ? rule('release-delete', {
              grant: { until: clock() + 900_000 },
              by: 'arn:aws:iam::111122223333:user/jane',
            })
          : rule('release-delete', { shut: 'no grant' }),
        rule('merge', {
          allows: 'PUT api.github.com /repos/ironsh/iron-proxy/pulls/*/merge',
          shut: 'no grant',
        }),
      ],
    }),
    learn: () => ({
      proposal: { yaml: ['{id: evil-example, host: evil.example, methods: [GET], paths: ["/"]}'] },
    }),
    grant: (_, [id = '']) => {
      open.add(id);
      return { reason: 'granted' };
    },
    revoke: (_, [id = '']) => {
      open.delete(id);
      return { reason: 'revoked' };
    },
    contain: (name) => {
      state.isContained = true;
      return { containments: [{ agent: name, isCut: true }] };
    },
  };
  const run = async ([what = '', ...argv]: readonly string[]): Promise<Answer> => {
    ran.push([what, ...argv].join(' '));
    const problem = breaks.get(what);
    if (problem !== undefined) return { exitCode: 1, stdout: JSON.stringify({ error: problem }) };
    const [name = '', ...rest] = argv;
    return { exitCode: 0, stdout: JSON.stringify(answers[what]?.(name, rest)) };
  };
  // The page looks often here, and no look is answered with what an earlier one got.
  let now = 0;
  const input: ConsoleInput = { run, page: consolePage('airlock', 250), now: () => (now += 3_000) };
  return { input, ran, breaks, records, state };
}
