import type { Secret } from '../config/model';
import { toBytes } from './bytes';
import type { DecidedAgent } from './decided';
import { matches } from './matching';
import { isInForce } from './rules';

export interface OutgoingSecrets {
  /** In iron-proxy's order, without those that a later one overwrites. */
  readonly sent: readonly string[];
  /** The secret because of which the request is refused. */
  readonly refused?: string;
}

/** The secret's place in the request; of two in one place the later one stays. */
function place({ inject, id }: Pick<Secret, 'id' | 'inject'>): string {
  switch (inject.kind) {
    case 'header':
      return `header ${inject.header.toLowerCase()}`;
    case 'query':
      return `query ${inject.parameter}`;
    case 'path':
      return `path ${id}`;
  }
}

/**
 * iron-proxy checks each secret's own rules, not which rule allowed the request: each of several matching rules injects its
 * secret. A path secret refuses a path without its placeholder.
 */
export function outgoingSecrets(
  agent: DecidedAgent,
  host: string,
  method: string,
  path: string,
): OutgoingSecrets {
  const sent = new Map<string, string>();
  let rest = path;
  for (const secret of agent.secrets) {
    const { id, inject } = secret;
    const applies = agent.egress.some(
      (rule) => isInForce(rule) && rule.secret === id && matches(rule, host, method, rest),
    );
    if (!applies) continue;
    if (inject.kind === 'path') {
      const placeholder = toBytes(inject.placeholder);
      if (placeholder === '' || !rest.includes(placeholder)) return { sent: [], refused: id };
      // Later secrets see the path with the value. The value is unknown here; NUL stands for it.
      rest = rest.split(placeholder).join('\0');
    }
    sent.delete(place(secret));
    sent.set(place(secret), id);
  }
  return { sent: [...sent.values()] };
}

/** Why a path secret refuses a request. */
export function placeholderMissing(secret: string): string {
  return `the secret ${secret} is swapped in for its placeholder, and the path does not hold the placeholder: a request without it is refused rather than sent bare (SEC-2)`;
}
