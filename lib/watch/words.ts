import type { Fields } from './signal';

/** The longest text of the agent's that a message quotes. */
const QUOTED = 120;

/** Text that somebody else wrote, as printable ASCII in quotes, cut to a length. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const safe = text
    .slice(0, QUOTED)
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["\\]/g, "'");
  return `"${safe}${text.length > QUOTED ? '...' : ''}"`;
}

/** A text of a mail in which no mail program finds an address to link: some link each name with a dot. */
export function unlinked(text: string): string {
  return text.replace(/:(?=\/\/)|(?<=[\w-])\.(?=[a-z])/gi, '[$&]');
}

/** Method, host and path of a request's record. */
export function requestIn({ method, host, path }: Fields): string {
  return quoted(`${String(method)} ${String(host)}${String(path)}`);
}

export function isAllowed({ record, decision }: Fields): boolean {
  return record === 'request' && decision === 'allow';
}

/** Told apart, so that no crowd of what was refused hides what was allowed. */
export function answerTo({ decision }: Fields): 'allowed' | 'refused' {
  return decision === 'allow' ? 'allowed' : 'refused';
}

/** A connection that brought the gate no request: iron-proxy refused what it brought, or nothing came. */
export function isUnheard({ record, requests }: Fields): boolean {
  return record === 'connection' && requests === 0;
}

/** The preset that a rule comes from; '' for a rule of the agent's own file, whose id has no slash. */
export function presetOf({ rule }: Fields): string {
  return typeof rule === 'string' && rule.includes('/') ? rule.slice(0, rule.indexOf('/')) : '';
}
