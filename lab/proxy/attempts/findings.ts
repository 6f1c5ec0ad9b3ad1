import { sharing } from '../../proof/proof';
import { arrivedIf, type ProxyAttempt, type Step, TOKEN } from '../plan/attempt';
import { clientHello, isServerHello } from '../plan/hello';
import type { Allowed, Target } from '../plan/target';
import { dialFor, dialToRead, withWrite } from './reading';

/** What attacking the real iron-proxy, behind these policies, had found. Each was real once. */
const shared = {
  group: 'flaws once found in iron-proxy and in what surrounds it',
  law: 'LOG-2',
  heldBy: 'the front',
  mustFailIn: ['relay'],
  alone: true,
} as const;
const finding = sharing<ProxyAttempt>({ ...shared, through: () => undefined });

const recorded = {
  logs: true,
  heldBy: 'the gate writes a record before a request leaves',
  mustFailIn: ['silent'],
} as const;

const JSON_BODY = ['Content-Type: application/json'];

/** Nothing on disk says that the request which arrived was allowed. */
const unrecorded: ProxyAttempt['through'] = ({ arrivals, logged, digest }, { write }) => {
  const arrived = arrivals.find(({ method }) => method === write?.method);
  const marks = [digest, ...(arrived?.tokens ?? [])];
  const recorded = logged.lines.some(
    (line) => line.includes('"decision":"allow"') && marks.some((mark) => line.includes(mark)),
  );
  return arrived && !recorded ? 'a write arrived, and no record says so' : undefined;
};

/** A write that the policy allows, whose answer takes seconds. A rule that judges bodies allows no query. */
const slowWrite = (target: Target, write: Allowed, patience: number) => {
  const path = `${write.path}${write.bodyLimit === undefined ? '?mark=' : ''}${TOKEN}`;
  return dialFor(target, write, { path, headers: JSON_BODY, body: '{"name":"lab=events:30"}' }, { patience });
};

const FILL = 64 << 20;
/** The longest line of a log, and a path that makes a longer one. */
const [LINE, LONG] = [10_000, 60_000];
/** Names that a header filter takes off, and lists. */
const FIELDS = 3_000;
const MANY = Array.from({ length: FIELDS }, (_, index) => `X-Many-${String(index).padStart(4, '0')}: 1`);
/** It carries no mark, which would change its length. */
const forged = '{"forged":1,"audit":{"action":"allow"}}';

const hello = ({ own }: Target, name: string): Step => ({
  exchange: { to: own, port: 443, send: [clientHello(name)], patience: 1_500 },
});
const greeted: ProxyAttempt['through'] = ({ replies }) => {
  const found = replies.filter(({ body }) => isServerHello(body)).length;
  return found === 0 ? undefined : `${found} of ${replies.length} names were greeted`;
};

export const FINDINGS: readonly ProxyAttempt[] = [
  finding(
    'X20',
    'a line of its own in a log, through a TLS server name with line breaks',
    (target) => [hello(target, `\n${forged}\n\xff`)],
    {
      logs: true,
      heldBy: 'the front passes plain host names alone',
      through: ({ logged }) =>
        logged.lines.some((line) => line.startsWith('{"forged":')) ? 'the line is in a log' : undefined,
    },
  ),
  finding(
    'X21',
    'a secret in an error line, through a query that iron-proxy cannot write again, and an odd port',
    (target) =>
      target.policy.secrets.some(({ header }) => header === undefined)
        ? target.allowed
            .filter(({ secrets }) => secrets.length > 0)
            .flatMap((rule) => [
              dialFor(target, rule, { path: `${rule.path}?a=#%zz` }),
              dialFor(target, rule, { host: `${rule.host}:x` }),
            ])
        : 'every secret of this policy is put into a header',
    {
      law: 'SEC-1',
      logs: true,
      heldBy: 'the gate refuses odd ports and queries before a secret is put in',
      mustFailIn: ['silent'],
      through: ({ logged }) => logged.leaks[0] && `the value of ${logged.leaks[0]} is in a log`,
    },
  ),
  finding(
    'X22',
    'an allowed write without a record: its answer is held up, and iron-proxy killed meanwhile',
    withWrite((target, write) => [
      { together: [slowWrite(target, write, 2_500), { cause: 'killed', after: 800 }] },
    ]),
    { ...recorded, through: unrecorded },
  ),
  finding(
    'X23',
    'an allowed write without a record: the client leaves',
    withWrite((target, write) => [slowWrite(target, write, 600)]),
    { ...recorded, through: unrecorded },
  ),
  finding(
    'X24',
    `a CONNECT head of ${FILL >> 20} MB`,
    ({ own }) => [
      {
        exchange: {
          to: own,
          port: 8080,
          send: [`CONNECT attacker.example.net:443 HTTP/1.1\r\nX-Big: `, { fill: FILL }],
          patience: 3_000,
        },
      },
    ],
    {
      law: 'CAP-1',
      heldBy: 'the head of CONNECT is bounded',
      through: ({ replies: [reply] }) =>
        reply?.ended === 'no answer' || reply?.statuses[0] === 200
          ? 'the proxy box goes on reading'
          : undefined,
    },
  ),
  finding(
    'X25',
    `${(LONG + FIELDS * 16) / 1000} KB in a log, through a path of ${LONG / 1000} KB and ${FIELDS} header names`,
    (target) => [dialToRead(target, { path: `/${'p'.repeat(LONG)}` }), dialToRead(target, { headers: MANY })],
    {
      logs: true,
      heldBy:
        'the gate refuses such requests, and what iron-proxy writes of them is cut before it leaves the box',
      through: ({ logged: { lines } }) => {
        const longest = Math.max(0, ...lines.map((line) => line.length));
        const all = lines.join('\n').length;
        return longest > LINE || all > LONG ? `${all} bytes, and a line of ${longest}` : undefined;
      },
    },
  ),
  finding(
    'X26',
    "a model's vendor asked to fetch an address, to run code and to call a server",
    (target) => {
      const model = target.allowed.find(
        ({ host, path }) => host === 'api.anthropic.com' && path === '/v1/messages',
      );
      if (model === undefined) return "this policy has no rule for Anthropic's messages";
      const ask = (more: object) => {
        const body = JSON.stringify({
          model: 'lab',
          max_tokens: 1,
          messages: [{ role: 'user', content: 'lab' }],
          ...more,
        });
        return dialFor(target, model, { method: 'POST', headers: JSON_BODY, body });
      };
      const image = { type: 'image', source: { type: 'url', url: 'https://attacker.example.net/a.png' } };
      return [
        ask({ tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] }),
        ask({ tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }),
        ask({ mcp_servers: [{ type: 'url', url: 'https://attacker.example.net', name: 'a' }] }),
        ask({ messages: [{ role: 'user', content: [image] }] }),
      ];
    },
    {
      law: 'MOD-1',
      heldBy: "the gate judges the body by the preset's fields",
      through: arrivedIf(({ host }) => host === 'api.anthropic.com'),
    },
  ),
  finding(
    'X27',
    'the method CONNECT with a path, over TLS, to an allowed host',
    (target) => [dialToRead(target, { method: 'CONNECT' })],
    {
      law: 'POL-1',
      heldBy: 'no rule has the method CONNECT',
      mustFailIn: ['methods'],
      through: arrivedIf(({ method }) => method === 'CONNECT'),
    },
  ),
  finding(
    'X28',
    'server names that no host has: of 254 bytes and 60 KB, with colons, and with a slash',
    (target) =>
      [`${'a.'.repeat(126)}ab`, `${'b'.repeat(60)}.`.repeat(983), '2001:db8::1', 'a/b.example.net'].map(
        (name) => hello(target, name),
      ),
    {
      heldBy: 'the front passes plain host names of at most 253 bytes alone',
      through: greeted,
    },
  ),
  finding(
    'X29',
    'a release published, moved and retagged by the rule that edits release notes',
    (target) => {
      const { write } = target;
      if (write === undefined || write.host !== 'api.github.com') return 'this policy edits no release';
      const body = JSON.stringify({ name: 'lab', draft: false, tag_name: 'v9', target_commitish: 'lab' });
      return [dialFor(target, write, { headers: JSON_BODY, body })];
    },
    {
      law: 'POL-1',
      heldBy: "the gate judges the body by the rule's fields",
      through: arrivedIf(({ method }, { write }) => method === write?.method),
    },
  ),
];
