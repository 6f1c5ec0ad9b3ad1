import type { Agent } from '../../../lib/config/model';
import type { Observation } from '../../proof/proof';
import type { DecisionCase } from './decisions-file';
import { PLACEHOLDER_KEY_ID } from './placeholder-signature';
import { REPLAY_MARK, secretsIn } from './replay-value';

/** What left the box for one case. */
export interface Arrival {
  /** The port that the box dialled. */
  readonly port: 443 | 'other';
  readonly tls: boolean;
  /** As received, one character a byte. Empty when only a connection was made. */
  readonly bytes: string;
}

export interface Seen {
  /** Of the last answer to the agent; `none` when the connection ended without one. */
  readonly status: number | 'none';
  /** Everything the agent was sent, one character a byte. */
  readonly answer: string;
  readonly arrivals: readonly Arrival[];
}

export interface Surroundings {
  /** Whether a security group limits the box to port 443 (NET-6). */
  readonly securityGroup: boolean;
}

/** Compares what the case expects with what was seen, and names every difference. */
export function observeDecision(
  found: DecisionCase,
  agent: Agent,
  seen: Seen,
  surroundings: Surroundings,
): Observation {
  const echoed = secretsIn(seen.answer, agent.secrets);
  const differences = [
    ...(echoed.length > 0 ? [`the agent was shown ${echoed.join(', ')}`] : []),
    ...(found.expect.allowed ? passed(found, agent, seen) : refused(found, seen, surroundings)),
  ];
  if (differences.length === 0) return { result: 'held', saw: `HTTP ${seen.status}` };
  return { result: 'failed', saw: differences.join('; ') };
}

function passed(found: DecisionCase, agent: Agent, { status, arrivals }: Seen): string[] {
  const { request, expect } = found;
  if (request.via === 'tunnel' && request.method === 'CONNECT') {
    return status === 200 ? [] : [`the tunnel should open, and the answer is ${status}`];
  }
  const [arrival, ...more] = arrivals;
  if (!arrival) return [`should pass, and nothing arrived upstream; the answer is ${status}`];
  const wanted = expect.secrets ?? (expect.secret === undefined ? [] : [expect.secret]);
  const sent = secretsIn(arrival.bytes, agent.secrets);
  const signs = agent.egress.some((rule) => rule.id === expect.rule && rule.awsAuth !== undefined);
  return [
    ...(more.length > 0 ? [`arrived ${arrivals.length} times`] : []),
    ...(arrival.port === 443 ? [] : ['left by another port than 443']),
    ...(arrival.tls ? [] : ['left in plaintext']),
    ...(typeof status === 'number' ? [] : ['arrived upstream, and the agent got no answer']),
    ...(same(wanted, sent) ? [] : [`should carry ${list(wanted)}, and carries ${list(sent)}`]),
    ...(signs && !/^authorization: AWS4-HMAC-SHA256 /im.test(arrival.bytes) ? ['left unsigned'] : []),
    ...(signs && arrival.bytes.includes(PLACEHOLDER_KEY_ID) ? ["left with the agent's own signature"] : []),
    ...(/^upgrade:/im.test(arrival.bytes) ? ['left with its Upgrade header'] : []),
  ];
}

function refused({ expect }: DecisionCase, seen: Seen, { securityGroup }: Surroundings): string[] {
  // Where no security group runs, a dial to another port counts as stopped by it.
  const stoppedOutside =
    expect.by === 'network' && !securityGroup && seen.arrivals.some(({ port }) => port === 'other');
  const arrived = seen.arrivals.filter(({ port }) => !(stoppedOutside && port === 'other'));
  return [
    ...arrived.map(({ tls, port, bytes }) => {
      const secret = bytes.includes(REPLAY_MARK) ? ', with a secret' : '';
      return `should be refused, and left for port ${port} ${tls ? 'over TLS' : 'in plaintext'}${secret}`;
    }),
    ...(seen.status === expect.status || stoppedOutside
      ? []
      : [`should be answered with ${expect.status}, and was with ${seen.status}`]),
  ];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? 'no secret' : ids.join(', ');
}
