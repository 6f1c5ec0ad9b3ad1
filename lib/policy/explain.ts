import type { Agent, Airlock } from '../config/model';
import { compilePolicy } from './compile';
import { decide } from './decide';
import { readBundle } from './document/read';
import { atFront } from './front';
import { decideAtGate } from './gate/decide';
import type { GateDecision } from './gate/decision';
import type { GateRequest } from './gate/request';
import { type PolicyRequest, toWire, type WireRequest } from './wire';
import { type Explained, type Sent, withBody } from './with-body';

export interface Verdict {
  /** `not asked`: an earlier part has refused, or nothing asks this one. */
  readonly says: 'passes' | 'refuses' | 'not asked';
  readonly status?: number;
  readonly reason: string;
}

/** What the proxy box does with a request, and what each of its parts would say to it alone. */
export interface Explanation extends Explained {
  readonly front: Verdict;
  readonly gate: Verdict;
  readonly ironProxy: Verdict;
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
  const { method } = request;
  const decision = decide(airlock, agent, request);
  const wire = toWire(request);
  const stopped = wire && atFront(wire);
  const parsed = decision.rule !== undefined || !['front', 'transport', 'proxy'].includes(decision.by);
  const asked = wire !== undefined && parsed ? gateDecision(airlock, agent, wire, sent) : undefined;
  const gate = asked && withBody(agent, method, asked, sent);
  const whole = gate?.allowed === false ? gate : withBody(agent, method, decision, sent);
  const notAsked = (reason: string): Verdict => ({ says: 'not asked', reason });
  const afterFront = notAsked('the front has refused');
  return {
    ...whole,
    front: stopped
      ? verdict(stopped)
      : { says: 'passes', reason: 'a connection to port 443 with a plain host name' },
    gate: gate
      ? verdict(gate)
      : stopped
        ? afterFront
        : notAsked('iron-proxy refuses the request before it asks the gate'),
    ironProxy: stopped ? afterFront : verdict(decision),
  };
}

function verdict({ allowed, status, reason }: Pick<Explained, 'allowed' | 'status' | 'reason'>): Verdict {
  return { says: allowed ? 'passes' : 'refuses', ...(status !== undefined && { status }), reason };
}

function gateDecision(airlock: Airlock, agent: Agent, wire: WireRequest, sent: Sent): GateDecision {
  const { text } = compilePolicy(airlock, agent);
  const read = readBundle(text, agent.name, `/${airlock.name}/${agent.name}/`);
  if (!read.ok) throw new Error(`the compiled policy is refused: ${read.problem}`);
  return decideAtGate(read.bundle.gate, new Set(), asGateSees(wire, sent));
}

function asGateSees({ method, target, host, sni }: WireRequest, { headers }: Sent): GateRequest {
  const sizes = headers.map(({ name, value }) => Buffer.byteLength(name) + Buffer.byteLength(value) + 4);
  return {
    method,
    target,
    host,
    sni,
    headers: {
      fields: headers.length,
      bytes: sizes.reduce((sum, each) => sum + each, 0),
      longestName: Math.max(0, ...headers.map(({ name }) => Buffer.byteLength(name))),
      framing: new Map(),
    },
  };
}
