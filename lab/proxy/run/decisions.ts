import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { packageRoot } from '../../../constructs/package-root';
import { messageOf } from '../../../lib/message-of';
import { compilePolicy } from '../../../lib/policy';
import type { ProxyConfig } from '../../../lib/policy/document/schema';
import { stripPort } from '../../../lib/policy/host-port';
import { toWire } from '../../../lib/policy/wire';
import { renderConfig } from '../../../lib/warden/render';
import { inLanes } from '../../host/lanes';
import type { Observation, Proof } from '../../proof/proof';
import { DECISIONS } from '../../report';
import {
  casesOf,
  type DecisionCase,
  type Decisions,
  decisionAgent,
  exchangeOf,
  observeDecision,
  parseDecisions,
  replayValue,
  type Seen,
} from '../decisions';
import { TOKEN } from '../plan/attempt';
import { forTheLab } from '../plan/policy';
import { type IronProxyConfig, withoutGate } from '../plan/variants';
import type { Note } from './attempts';
import type { Deployment } from './deployment';

const LANES = 6;
/** Milliseconds to wait for an answer. */
const PATIENCE = 4_000;
/** Bytes of an answer to keep: no case's answer is longer. */
const KEEP = 64 * 1024;

export function sharedDecisions(): Decisions {
  return parseDecisions(readFileSync(join(packageRoot(), 'test', 'fixtures', 'decisions.yaml'), 'utf8'));
}

/** Every host name in the cases' requests, and every address that a case may reach. */
export function namesIn(decisions: Decisions): string[] {
  const names = casesOf(decisions).flatMap(({ request: { upgrade: _, ...asked }, expect }) => {
    const wire = toWire(asked);
    return [wire?.host, wire?.sni]
      .map((name = '') => stripPort(name).toLowerCase())
      .filter((name) => /^([a-z0-9_-]+\.)+[a-z]+$/.test(name) || (expect.allowed && isIPv4(name)));
  });
  return [...new Set(names)];
}

/** A proof for each case. Nothing is weakened for them: the cases themselves are allowed and refused requests. */
export function decisionProofs(decisions: Decisions): Proof<DecisionCase>[] {
  return casesOf(decisions).map((run) => ({
    id: run.id,
    law: 'POL-1',
    group: DECISIONS,
    title: `${run.group}: ${run.shows}`,
    run,
    mustFailIn: [],
  }));
}

/** Puts every shared case to an agent's proxy box, which runs the policy of the case meanwhile. */
export async function runDecisions(
  deployment: Deployment,
  agent: string,
  decisions: Decisions,
  note: Note,
): Promise<void> {
  const box = deployment.box(agent);
  const policy = await box.policy();
  try {
    for (const name of Object.keys(decisions.policies)) {
      for (const { id, parameter } of decisions.policies[name]?.secrets ?? []) {
        await deployment.internet.put(parameter, replayValue(id));
      }
      await box.usePolicy(textOf(decisions, name));
      const cases = casesOf(decisions).filter((each) => each.policy === name);
      await inLanes(LANES, cases, async (each) => {
        note(each.id, await ask(deployment, agent, decisions, each));
      });
    }
  } finally {
    await box.restore(policy);
  }
}

/** The case's policy, as warden writes it. Warden itself isn't asked: it would refuse the rules of some cases. */
function textOf(decisions: Decisions, name: string): string {
  const { agent, airlock } = decisionAgent(decisions, name);
  const [proxy] = parseAllDocuments(forTheLab(compilePolicy(airlock, agent).text));
  const config = withoutGate(proxy?.toJS() as IronProxyConfig);
  return renderConfig(config as unknown as ProxyConfig);
}

async function ask(
  deployment: Deployment,
  agent: string,
  decisions: Decisions,
  found: DecisionCase,
): Promise<Observation> {
  const model = decisionAgent(decisions, found.policy).agent;
  const exchange = exchangeOf(found, model, [`X-Lab: ${TOKEN}`]);
  if (exchange === undefined) return { result: 'held', saw: 'no client could send it' };
  const asked = {
    to: deployment.box(agent).address,
    port: exchange.port,
    ...(exchange.connect && {
      before: { send: exchange.connect.toString('latin1'), until: 'head' as const },
    }),
    ...(exchange.tls && { tls: exchange.tls }),
    send: exchange.request === undefined ? [] : [exchange.request.toString('latin1')],
    patience: exchange.request === undefined ? 300 : PATIENCE,
    keep: KEEP,
  };
  // Arrivals of decision cases keep their bytes.
  const sent = await deployment.send(agent, asked, 'Z00').catch(messageOf);
  if (typeof sent === 'string') return { result: 'broken', saw: `it could not be sent: ${sent}` };
  const { reply, arrivals } = sent;
  const seen: Seen = {
    status: statusOf(reply.statuses, exchange.connect !== undefined, exchange.request !== undefined),
    answer: `${reply.head ?? ''}${reply.body ?? ''}`,
    arrivals: arrivals.map(({ port, tls, raw = '' }) => ({
      port: port === 443 ? 443 : 'other',
      tls,
      bytes: raw,
    })),
  };
  // The network drops such a packet, and the proxy box waits for its answer longer than this client does.
  if (found.expect.by === 'network' && seen.status === 'none' && seen.arrivals.length === 0) {
    return { result: 'held', saw: `no answer within ${PATIENCE / 1000} s, and nothing arrived` };
  }
  return observeDecision(found, model, seen, { securityGroup: true });
}

/** Status of the answer to the request itself, not to the CONNECT before it. */
function statusOf(statuses: readonly number[], tunnel: boolean, request: boolean): number | 'none' {
  const inside = tunnel && request && statuses[0] === 200 ? statuses.slice(1) : statuses;
  return inside.at(-1) ?? 'none';
}
