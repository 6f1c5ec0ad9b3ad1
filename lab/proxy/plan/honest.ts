import type { ControlReport } from '../../proof/verdict';
import { request, secure, TOKEN, tunnel } from './attempt';
import { type Allowed, allowedBy } from './cast';
import { clones, installs } from './honest-tools';
import { parsePolicy } from './policy';
import { type Accountable, auditedPath } from './records';
import type { Arrival, Exchange, OrdinaryRequest, Reply } from './wire';

/** What came of a command on the agent's host. */
export interface CommandResult {
  readonly status: number;
  readonly output: string;
}

export interface HonestSeen {
  readonly replies: readonly Reply[];
  readonly arrivals: readonly Arrival[];
  readonly commands: readonly CommandResult[];
}

export type HonestStep =
  | { readonly exchange: Exchange }
  | { readonly ordinary: OrdinaryRequest }
  /** With the mark as `@TOKEN@`. Run with the box as its resolver and the agent's authority trusted, as everything on an agent's host is. */
  | { readonly command: readonly string[] };

/** Something an agent is there to do. It must work, and must fail where the door is stopped. */
export interface Honest {
  readonly id: string;
  readonly title: string;
  readonly agent: string;
  /** A text says why there is nothing to try. */
  readonly steps: readonly HonestStep[] | string;
  /** What is wrong; undefined: it works. */
  readonly fault: (seen: HonestSeen) => string | undefined;
  /** What was seen when it works. @default that it is as it should be */
  readonly saw?: (seen: HonestSeen) => string;
}

/** What came of it. */
export interface HonestOutcome {
  readonly fault?: string;
  readonly saw: string;
  /** What its box's audit log must have of it. */
  readonly requests: readonly Accountable[];
}

export interface HonestAgent {
  readonly agent: string;
  /** Its box's address. */
  readonly own: string;
  readonly policy: string;
}

const MiB = 1 << 20;
const DOWNLOAD = 200 * MiB;
const UPLOAD = 20 * MiB;
const EVENTS = 8;

/** Everything that every agent of a template may do, and what requests look like besides: long, large, live. */
export function honestOf(agents: readonly HonestAgent[]): Honest[] {
  const number = counter();
  return agents.flatMap((each) => {
    const rules = allowedBy(parsePolicy(each.policy)).filter(({ signed }) => !signed);
    const get =
      rules.find(({ method, secrets }) => method === 'GET' && secrets.length > 0) ??
      rules.find(({ method }) => method === 'GET');
    const write = rules.find(
      ({ host, method }) => host !== 'github.com' && !['GET', 'HEAD'].includes(method),
    );
    const signed = allowedBy(parsePolicy(each.policy)).find((rule) => rule.signed);
    return [
      ...rules.flatMap((rule) => [
        ruleWorks(number(), each, rule, 'names'),
        ruleWorks(number(), each, rule, 'CONNECT'),
      ]),
      ...(get === undefined ? [] : [speaksHttp2(number(), each, get)]),
      ...(signed === undefined ? [] : [signs(number(), each, signed)]),
      ...(get === undefined ? [] : [downloads(number(), each, get), streams(number(), each, get)]),
      ...(write === undefined ? [] : [uploads(number(), each, write)]),
      ...clones(number, each),
      ...installs(number, each),
    ];
  });
}

function counter(): () => string {
  let next = 0;
  return () => {
    next += 1;
    return `Y${100 + next}`;
  };
}

const castOf = ({ own }: HonestAgent) => ({ own }) as Parameters<typeof secure>[0];

function asked(
  { own }: HonestAgent,
  rule: Allowed,
  how: 'names' | 'CONNECT',
  text: string,
  rest: Partial<Exchange> = {},
): HonestStep {
  const cast = castOf({ own } as HonestAgent);
  const options = { trust: true, ...rest };
  return how === 'names'
    ? (secure(cast, rule.host, text, options) as HonestStep)
    : (tunnel(cast, `${rule.host}:443`, rule.host, text, options) as HonestStep);
}

function ruleWorks(id: string, agent: HonestAgent, rule: Allowed, how: 'names' | 'CONNECT'): Honest {
  const body = ['GET', 'HEAD', 'DELETE'].includes(rule.method) ? '' : '{"lab":true}';
  return {
    id,
    title: `${agent.agent}: ${rule.method} ${rule.host}${rule.path} by ${how}${rule.secrets.length > 0 ? ', with its secret' : ''}`,
    agent: agent.agent,
    steps: [asked(agent, rule, how, request(rule.method, rule.path, rule.host, { body }))],
    fault: (seen) => ruleFault(seen, rule, how === 'CONNECT' ? 2 : 1),
  };
}

/** @param answers that must come back */
function ruleFault({ replies: [reply], arrivals }: HonestSeen, rule: Allowed, answers: number) {
  const arrival = arrivals.find(
    ({ tls, method, host }) => tls && method === rule.method && host.replace(/:443$/, '') === rule.host,
  );
  if (arrival === undefined) return `nothing arrived (${wordsOf(reply)})`;
  const came = arrival.secrets.map(({ id }) => id).sort();
  if (came.join() !== [...rule.secrets].sort().join()) return `it arrived with ${came.join() || 'no secret'}`;
  if ((reply?.leaks.length ?? 0) > 0) return 'the agent saw the value';
  return reply?.statuses.length === answers ? undefined : `no answer came back (${wordsOf(reply)})`;
}

function speaksHttp2(id: string, agent: HonestAgent, rule: Allowed): Honest {
  const { method, host, path } = rule;
  return {
    id,
    title: `${agent.agent}: ${method} ${host}${path} by a client that offers HTTP/2`,
    agent: agent.agent,
    steps: [{ ordinary: { to: agent.own, host, method, path, headers: { 'x-lab': TOKEN }, body: '' } }],
    fault: (seen) => ruleFault(seen, rule, 1),
    saw: ({ replies: [reply] }) =>
      reply?.protocol === 'h2' ? 'the door speaks HTTP/2' : 'the door offers HTTP/1.1 alone, and serves it',
  };
}

function signs(id: string, agent: HonestAgent, rule: Allowed): Honest {
  const headers = [
    'Content-Type: application/json',
    'X-Amz-Date: 20260101T000000Z',
    `Authorization: AWS4-HMAC-SHA256 Credential=PLACEHOLDER/20260101/${rule.host.split('.')[1]}/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  ];
  return {
    id,
    title: `${agent.agent}: ${rule.method} ${rule.host}${rule.path.slice(0, 40)} signed by the box's own role`,
    agent: agent.agent,
    steps: [asked(agent, rule, 'names', request(rule.method, rule.path, rule.host, { body: '{}', headers }))],
    fault: ({ replies: [reply], arrivals: [arrival] }) =>
      arrival === undefined ? `nothing arrived (${wordsOf(reply)})` : undefined,
  };
}

function downloads(id: string, agent: HonestAgent, rule: Allowed): Honest {
  return {
    id,
    title: `${agent.agent}: downloads 200 MB`,
    agent: agent.agent,
    steps: [
      asked(agent, rule, 'names', request('GET', `${rule.path}?lab=bytes:${DOWNLOAD}`, rule.host), {
        patience: 20_000,
        quiet: 10_000,
      }),
    ],
    fault: ({ replies: [reply] }) =>
      (reply?.bytes ?? 0) > DOWNLOAD ? undefined : `${reply?.bytes ?? 0} bytes came (${wordsOf(reply)})`,
  };
}

function uploads(id: string, agent: HonestAgent, rule: Allowed): Honest {
  const text = request(rule.method, rule.path, rule.host, { headers: [`Content-Length: ${UPLOAD}`] });
  return {
    id,
    title: `${agent.agent}: uploads 20 MB`,
    agent: agent.agent,
    steps: [
      {
        exchange: {
          ...(asked(agent, rule, 'names', '', { patience: 20_000 }) as { exchange: Exchange }).exchange,
          send: [text, { fill: UPLOAD }],
        },
      },
    ],
    fault: ({ replies: [reply], arrivals: [arrival] }) =>
      arrival?.bytes === UPLOAD ? undefined : `${arrival?.bytes ?? 0} bytes arrived (${wordsOf(reply)})`,
  };
}

function streams(id: string, agent: HonestAgent, rule: Allowed): Honest {
  return {
    id,
    title: `${agent.agent}: server-sent events come as they are sent`,
    agent: agent.agent,
    steps: [
      asked(agent, rule, 'names', request('GET', `${rule.path}?lab=events:${EVENTS}`, rule.host), {
        quiet: 3_000,
        patience: 10_000,
      }),
    ],
    // The server sends one every 150 ms: a buffer in between would give them all at once.
    fault: ({ replies: [reply] }) => {
      const times = reply?.times ?? [];
      const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
      if (!reply?.body.includes(`"n":${EVENTS}`)) return `not all came (${wordsOf(reply)})`;
      return spread > (EVENTS - 3) * 150 ? undefined : `they came within ${spread} ms`;
    },
  };
}

/** Tunnels that were asked for, and what came of the steps at a server. */
export function requestsOf(steps: readonly HonestStep[], arrivals: readonly Arrival[]): Accountable[] {
  const tunnels = steps.flatMap((step) => {
    const before = 'exchange' in step ? step.exchange.before?.send : undefined;
    const host = /^CONNECT (\S+) /.exec(before ?? '')?.[1];
    return host === undefined ? [] : { method: 'CONNECT', host, path: '', secrets: [] };
  });
  const requests = arrivals.map(({ method, host, target, secrets }) => ({
    method,
    host,
    path: auditedPath(target),
    secrets: secrets.map(({ id }) => id),
  }));
  return [...tunnels, ...requests];
}

function wordsOf(reply: Reply | undefined): string {
  return reply === undefined ? 'no reply' : `HTTP ${reply.statuses.join(', ') || 'none'}, ${reply.ended}`;
}

/** @param open at the shipped door @param stopped where the door is stopped */
export function judgeHonest(
  { id, title, steps }: Honest,
  open: HonestOutcome | undefined,
  stopped: HonestOutcome | undefined,
): ControlReport {
  if (typeof steps === 'string')
    return { id, title, verdict: 'not applicable', saw: steps, seenToFailIn: [] };
  const seenToFailIn = stopped?.fault === undefined ? [] : ['door stopped'];
  const fault = open === undefined ? 'not played' : open.fault;
  const verdict = fault !== undefined ? 'fails' : seenToFailIn.length === 0 ? 'unproven' : 'works';
  return { id, title, verdict, saw: fault ?? open?.saw ?? '', seenToFailIn };
}
