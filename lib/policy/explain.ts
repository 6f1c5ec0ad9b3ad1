import type { Agent, Airlock } from '../config/model';
import { compilePolicy } from './compile';
import { decide } from './decide';
import { removedHeaders } from './document/header-lists';
import { readBundle } from './document/read';
import { keptHeaders } from './document/write';
import { atFront } from './front';
import type { GateDecision } from './gate/decision';
import { judgeAtGate } from './gate/judge';
import { type GateRequest, isDearer } from './gate/request';
import { type GateRules, gateRules } from './gate/rules';
import { chargeOf, type Metered } from './gate/spend/charge';
import { judgeSpend } from './gate/spend/judge';
import { SpendSums } from './gate/spend/sums';
import { modelCall } from './gate/spend/vendors';
import { type PolicyRequest, toWire, type WireRequest } from './wire';

/** What a request holds beside method and address. */
export interface Sent {
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: Uint8Array;
}

export interface Verdict {
  /** `not asked`: an earlier part has refused, or nothing asks this one. */
  readonly says: 'passes' | 'refuses' | 'not asked';
  readonly status?: number;
  readonly reason: string;
}

/** What the proxy box does with a request, and what each of its parts would say to it alone. */
export interface Explanation extends Pick<GateDecision, 'allowed' | 'rule' | 'secret' | 'secrets' | 'risk'> {
  readonly reason: string;
  /** Headers that are taken off before the request leaves. */
  readonly removed: readonly string[];
  /** What the body has that no rule knows, and that passes all the same. */
  readonly notes: readonly string[];
  readonly front: Verdict;
  readonly gate: Verdict;
  readonly ironProxy: Verdict;
  /** What the gate charges for a call of a model; absent without a body, and for what costs nothing. */
  readonly spend?: Metered;
}

/**
 * Explains a request by the policy that the agent's proxy box runs:
 *
 * 1. The front decides by the connection. What it refuses reaches no other part.
 * 2. iron-proxy refuses what it can't parse, with 400, before it asks the gate.
 * 3. The gate is iron-proxy's first transform: it decides by the head, then by the body.
 * 4. iron-proxy's allowlist and secrets decide last.
 *
 * @throws what the compiler throws
 */
export function explain(airlock: Airlock, agent: Agent, request: PolicyRequest, sent: Sent): Explanation {
  const decision = decide(airlock, agent, request);
  const wire = toWire(request);
  const stopped = wire && atFront(wire);
  const parsed = decision.rule !== undefined || !['front', 'transport', 'proxy'].includes(decision.by);
  const asked = wire !== undefined && parsed ? gateDecision(airlock, agent, wire, sent) : undefined;
  const spent = wire && asked?.allowed ? metered(agent, asGateSees(wire, sent), asked) : {};
  const gate = spent.refused ?? asked;
  const whole = gate?.allowed === false ? gate : decision;
  const { allowed, rule, secret, secrets, risk, matching = [] } = whole;
  const rules = allowed ? agent.egress.filter(({ id }) => matching.includes(id)) : [];
  const judging = rules.flatMap(({ id, body }) => (body ? id : []));
  const unknown = sent.body === undefined && judging.length > 0;
  const names = sent.headers.map(({ name }) => name);
  const notAsked = (reason: string): Verdict => ({ says: 'not asked', reason });
  const afterFront = notAsked('the front has refused');
  return {
    ...{ allowed, rule, secret, secrets, risk },
    reason: `${whole.reason}${unknown ? `, if its body says what rule ${judging.join(', ')} allows` : ''}`,
    removed: allowed ? removedHeaders(names, injectedHeaders(agent), rules.map(keptHeaders)) : [],
    notes: gate?.notes ?? [],
    front: stopped
      ? verdict(stopped)
      : { says: 'passes', reason: 'a connection to port 443 with a plain host name' },
    gate: gate
      ? verdict(gate)
      : stopped
        ? afterFront
        : notAsked('iron-proxy refuses the request before it asks the gate'),
    ironProxy: stopped ? afterFront : verdict(decision),
    ...(spent.spend && { spend: spent.spend }),
  };
}

interface Spent {
  readonly spend?: Metered;
  /** Of a request that the agent's `spend.model` never lets pass, whatever was spent before. */
  readonly refused?: GateDecision;
}

function metered(agent: Agent, request: GateRequest, asked: GateDecision): Spent {
  const sums = SpendSums.restore(undefined, new Map(), '', 0);
  const policy = { agent: agent.name, spend: agent.spend?.model };
  const judged = judgeSpend({ policy, sums, lacks: () => undefined, granted: false, now: 0 }, request, asked);
  const call = modelCall(request);
  const { parsed, notes = [] } = asked;
  const isCharged = call?.kind === 'charged' && parsed !== undefined;
  return {
    ...(isCharged && { spend: chargeOf(call, parsed, request.body?.length ?? 0, notes.length > 0) }),
    ...(judged.kind === 'refused' && { refused: judged.decision }),
  };
}

function verdict({ allowed, status, reason }: Pick<GateDecision, 'allowed' | 'status' | 'reason'>): Verdict {
  return { says: allowed ? 'passes' : 'refuses', ...(status !== undefined && { status }), reason };
}

function gateDecision(airlock: Airlock, agent: Agent, wire: WireRequest, sent: Sent): GateDecision {
  return judgeAtGate(gateOf(airlock, agent), asGateSees(wire, sent));
}

function gateOf(airlock: Airlock, agent: Agent) {
  const known = gates.get(agent);
  if (known?.airlock === airlock) return known.gate;
  const { text } = compilePolicy(airlock, agent);
  const read = readBundle(text, agent.name, `/${airlock.name}/${agent.name}/`);
  if (!read.ok) throw new Error(`the compiled policy is refused: ${read.problem}`);
  const gate = gateRules(read.bundle.gate, new Set(), injectedHeaders(agent));
  gates.set(agent, { airlock, gate });
  return gate;
}

function injectedHeaders({ secrets }: Agent): string[] {
  return secrets.flatMap(({ inject }) => (inject.kind === 'header' ? [inject.header] : []));
}

/** Of each agent that was asked about: nothing changes a model, and one command may explain many requests. */
const gates = new WeakMap<Agent, { readonly airlock: Airlock; readonly gate: GateRules }>();

function asGateSees({ method, target, host, sni }: WireRequest, { headers, body }: Sent): GateRequest {
  const sizes = headers.map(({ name, value }) => Buffer.byteLength(name) + Buffer.byteLength(value) + 4);
  const valuesOf = (wanted: string, usual: readonly string[]): [string, readonly string[]] => {
    const values = headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
    return [wanted, values.length > 0 ? values : usual];
  };
  const isChunked = headers.some(({ name }) => name.toLowerCase() === 'transfer-encoding');
  return {
    ...{ method, target, host, sni, body: body && Buffer.from(body) },
    headers: {
      fields: headers.length,
      bytes: sizes.reduce((sum, each) => sum + each, 0),
      longestName: Math.max(0, ...headers.map(({ name }) => Buffer.byteLength(name))),
      names: headers.map(({ name }) => name.toLowerCase()),
      dearer: headers.some(({ name }) => isDearer(name.toLowerCase())),
      // A client that names no type or length sends JSON, whole.
      framing: new Map([
        isChunked ? ['content-length', []] : valuesOf('content-length', [`${body?.length ?? 0}`]),
        valuesOf('content-type', ['application/json']),
        valuesOf('content-encoding', []),
      ]),
    },
  };
}
