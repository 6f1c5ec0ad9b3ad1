import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { packageRoot } from '../../../constructs/package-root';
import { compilePolicy } from '../../../lib/policy';
import type { ProxyConfig } from '../../../lib/policy/document/schema';
import { stripPort } from '../../../lib/policy/host-port';
import { toWire } from '../../../lib/policy/wire';
import { renderConfig } from '../../../lib/warden/render';
import type { DecisionReport } from '../../proof/report/report';
import {
  casesOf,
  type DecisionCase,
  type Decisions,
  decisionAgent,
  exchangeOf,
  parseDecisions,
  replayValue,
  type Seen,
  verdictOf,
} from '../decisions';
import { forTheLab } from '../plan/policy';
import type { Reply } from '../plan/wire';
import type { Stage } from './stage';

/** Cases that are asked side by side. */
const LANES = 6;
/** Milliseconds. */
const PATIENCE = 4_000;
/** Of an answer kept: no case's is longer. */
const KEEP = 64 * 1024;

/** The shared cases; the build puts them beside the lab's programs. */
export function sharedDecisions(): Decisions {
  return parseDecisions(readFileSync(join(packageRoot(), 'test', 'fixtures', 'decisions.yaml'), 'utf8'));
}

/** Every name under which a case's request may go out. */
export function namesIn(decisions: Decisions): string[] {
  const names = casesOf(decisions).flatMap(({ request: { upgrade: _, ...asked } }) => {
    const wire = toWire(asked);
    return wire === undefined
      ? []
      : [stripPort(wire.host), stripPort(wire.sni)].map((name) => name.toLowerCase());
  });
  return [...new Set(names)].filter((name) => /^([a-z0-9_-]+\.)+[a-z]+$/.test(name));
}

/** Puts every shared case to the door of an agent's box, which runs the case's policy for as long. */
export async function playDecisions(
  stage: Stage,
  agent: string,
  decisions: Decisions,
  onDone: (id: string) => void,
): Promise<DecisionReport[]> {
  const box = stage.box(agent);
  const policy = await box.policy();
  const reports: DecisionReport[] = [];
  try {
    for (const name of Object.keys(decisions.policies)) {
      const cases = casesOf(decisions).filter((each) => each.policy === name);
      for (const { id, parameter } of decisions.policies[name]?.secrets ?? []) {
        await stage.internet.put(parameter, replayValue(id));
      }
      await box.usePolicy(textOf(decisions, name));
      await Promise.all(
        Array.from({ length: LANES }, async (_, lane) => {
          for (let index = lane; index < cases.length; index += LANES) {
            const each = cases[index] as DecisionCase;
            reports.push(await ask(stage, agent, decisions, each));
            onDone(each.id);
          }
        }),
      );
    }
  } finally {
    await box.restore(policy);
  }
  const order = casesOf(decisions).map(({ id }) => id);
  return reports.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

/** The case's policy as warden writes policies. Some cases need rules that warden would refuse: nobody asks it here. */
function textOf(decisions: Decisions, name: string): string {
  const { agent, airlock } = decisionAgent(decisions, name);
  const [proxy] = parseAllDocuments(forTheLab(compilePolicy(airlock, agent).text));
  return renderConfig(proxy?.toJS() as ProxyConfig);
}

async function ask(
  stage: Stage,
  agent: string,
  decisions: Decisions,
  found: DecisionCase,
): Promise<DecisionReport> {
  const about = { id: found.id, group: found.group };
  const token = `DLAB-Z00-${randomBytes(4).toString('hex')}`;
  const cast = decisionAgent(decisions, found.policy).agent;
  const exchange = exchangeOf(found, cast, [`X-Lab: ${token}`]);
  if (exchange === undefined) return { ...about, verdict: 'agrees', saw: 'no client could send it' };
  const { next } = await stage.internet.since(Number.MAX_SAFE_INTEGER);
  const reply = (await stage.hand(agent).ask({
    do: 'exchange',
    to: stage.box(agent).address,
    port: exchange.port,
    ...(exchange.connect && { before: { send: exchange.connect.toString('latin1'), until: 'head' } }),
    ...(exchange.tls && { tls: exchange.tls }),
    send: exchange.request === undefined ? [] : [exchange.request.toString('latin1')],
    patience: exchange.request === undefined ? 300 : PATIENCE,
    keep: KEEP,
  })) as unknown as Partial<Reply> & { broken?: string };
  if (reply.broken !== undefined || reply.statuses === undefined) {
    return { ...about, verdict: 'open', saw: `it could not be sent: ${reply.broken}` };
  }
  if (reply.ended === 'ERR_INVALID_ARG_VALUE') {
    return { ...about, verdict: 'open', saw: 'this client sends no address as TLS name' };
  }
  const { arrivals } = await stage.internet.since(next);
  const seen: Seen = {
    status: statusOf(reply.statuses, exchange.connect !== undefined, exchange.request !== undefined),
    answer: `${reply.head ?? ''}${reply.body ?? ''}`,
    arrivals: arrivals
      .filter(({ tokens }) => tokens.includes(token))
      .map(({ port, tls, raw = '' }) => ({ port: port === 443 ? 443 : 'other', tls, bytes: raw })),
  };
  // The network drops such a packet: the door waits for its answer longer than anybody here does.
  if (found.expect.by === 'network' && seen.status === 'none' && seen.arrivals.length === 0) {
    return { ...about, verdict: 'agrees', saw: `no answer within ${PATIENCE / 1000} s, and nothing arrived` };
  }
  const host = hostOf(found);
  if (found.expect.allowed && seen.arrivals.length === 0 && stage.internet.role.hosts[host] === undefined) {
    return { ...about, verdict: 'open', saw: `the lab's internet has no host ${JSON.stringify(host)}` };
  }
  const verdict = verdictOf(found, cast, seen, { securityGroup: true });
  if (verdict.kind === 'agrees') return { ...about, verdict: 'agrees', saw: `HTTP ${seen.status}` };
  const kind = verdict.kind === 'disagrees' ? 'disagrees' : 'open';
  return { ...about, verdict: kind, saw: verdict.differences.join('; ') };
}

function hostOf({ request: { upgrade: _, ...asked } }: DecisionCase): string {
  return stripPort(toWire(asked)?.host ?? '').toLowerCase();
}

/** Of the answer to the request itself; a tunnel that opened is no answer to what goes through it. */
function statusOf(statuses: readonly number[], tunnel: boolean, request: boolean): number | 'none' {
  const inside = tunnel && request && statuses[0] === 200 ? statuses.slice(1) : statuses;
  return inside.at(-1) ?? 'none';
}
