import type { Finding } from '../finding';

/** The methods that a rule may name, WebDAV's included. CONNECT and TRACE are never allowed. */
export const METHODS: readonly string[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'REPORT', 'SEARCH', 'QUERY'],
];

const SAFE = new Set(['GET', 'HEAD']);

export function checkMethod(method: string): Finding | undefined {
  if (METHODS.includes(method)) {
    return undefined;
  }
  const upper = method.toUpperCase();
  if (METHODS.includes(upper)) {
    return { message: 'must be upper case', fix: `write ${JSON.stringify(upper)}` };
  }
  if (method === '*') {
    return {
      message: 'means every method',
      fix: 'name the methods, or leave methods out and say why in because',
    };
  }
  if (upper === 'CONNECT') {
    return {
      message: "is the tunnel's own method",
      fix: 'remove it: tunnels to allowed hosts are opened anyway',
    };
  }
  return { message: `must be one of ${METHODS.join(', ')}`, fix: 'name a method from that list' };
}

/** Whether a rule only reads. A rule without methods allows every method. */
export function onlyReads(methods: readonly string[]): boolean {
  return methods.length > 0 && methods.every((method) => SAFE.has(method));
}

export function methodsMeet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((method) => b.includes(method));
}
