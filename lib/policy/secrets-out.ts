import type { Agent, Secret } from '../config/model';
import { toBytes } from './bytes';
import { matches } from './matching';
import { isInForce } from './rules';

export interface OutgoingSecrets {
  /** In the order iron-proxy applies them; one that a later one overwrites is not among them. */
  readonly sent: readonly string[];
  /** The secret for whose sake the request is refused. */
  readonly refused?: string;
}

/** Where a secret lands; two in one place leave only the later one. */
function place({ inject, id }: Secret): string {
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
 * iron-proxy asks every secret's own rules, not which allow rule let the request pass: overlapping rules inject each
 * of theirs. A path secret without its placeholder refuses the request.
 */
export function outgoingSecrets(agent: Agent, host: string, method: string, path: string): OutgoingSecrets {
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
      // Later secrets see the swapped path. Its value is unknown here; NUL stands for it.
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
