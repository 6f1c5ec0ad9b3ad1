import type { Agent } from '../config/model';
import { judgeByRules } from './body';
import type { Decision } from './decision';
import { removedHeaders } from './document/header-lists';
import { keptHeaders } from './document/write';
import type { GateDecidedBy } from './gate/decision';

/** What a request holds beside method and address. */
export interface Sent {
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: Uint8Array;
}

export interface Explained extends Omit<Decision, 'by'> {
  readonly by: GateDecidedBy;
  /** Headers that are taken off before the request leaves. */
  readonly removed: readonly string[];
  /** What the body has that no rule knows, and that passes all the same. */
  readonly notes: readonly string[];
}

/** A decision with headers and body. Without a body, it is allowed as far as its head tells. Pure. */
export function withBody(
  agent: Agent,
  method: string,
  decision: Omit<Explained, 'removed' | 'notes'>,
  sent: Sent,
): Explained {
  const { matching = [] } = decision;
  const rules = agent.egress.filter(({ id }) => matching.includes(id));
  const injected = agent.secrets.flatMap(({ inject }) => (inject.kind === 'header' ? [inject.header] : []));
  const names = sent.headers.map(({ name }) => name);
  const removed = decision.allowed ? removedHeaders(names, injected, rules.map(keptHeaders)) : [];
  const judging = rules.filter(({ body }) => body !== undefined);
  if (!decision.allowed || judging.length === 0) return { ...decision, removed, notes: [] };
  if (sent.body === undefined) {
    const reason = `${decision.reason}, if its body says what rule ${judging.map(({ id }) => id).join(', ')} allows`;
    return { ...decision, reason, removed, notes: [] };
  }
  const judged = judgeByRules(judging, matching, headOf(method, sent, sent.body.length), sent.body);
  if (judged.ok) return { ...decision, removed, notes: judged.notes };
  const { rule, status, reason } = judged;
  return { ...decision, allowed: false, by: 'body', rule, status, reason, secrets: [], removed, notes: [] };
}

/** A client that names no type or length sends JSON, whole. */
function headOf(method: string, { headers }: Sent, length: number) {
  const valuesOf = (wanted: string, usual: readonly string[]) => {
    const values = headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
    return values.length > 0 ? values : usual;
  };
  return {
    method,
    contentType: valuesOf('content-type', ['application/json']),
    contentEncoding: valuesOf('content-encoding', []),
    contentLength:
      valuesOf('transfer-encoding', []).length > 0 ? [] : valuesOf('content-length', [`${length}`]),
  };
}
