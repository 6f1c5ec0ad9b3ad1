import { type Dial, plain, request, secure, tunnel } from '../plan/attempt';
import type { Target } from '../plan/target';
import type { BenchCase } from './case';

/** `as it is`: at the host that the case names. `re-aimed`: inside a request that the policy allows. */
export const AIMS = ['as it is', 're-aimed'] as const;
export type Aim = (typeof AIMS)[number];

export interface Aimed {
  readonly step: Dial;
  readonly host: string;
  /** The allowed name resolves to this address meanwhile: the case attacks an address, not a host. */
  readonly pointed?: string;
}

/**
 * The request of a case. An attacker who knows the policy sends what the case carries to an allowed host: method and path are
 * those of a rule, the case's host, path and query are in the query, and headers and body are the case's.
 */
export function aimed(found: BenchCase, aim: Aim, target: Target): Aimed {
  const { url } = found;
  const lines = Object.entries(found.headers)
    .filter(([name]) => !/^(host|content-length|connection)$/i.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  const options = { headers: lines, body: Buffer.from(found.body).toString('latin1') };
  if (aim === 'as it is') {
    const text = request(found.method, `${url.pathname}${url.search}`, url.host, options);
    const host = url.hostname;
    if (url.protocol === 'http:') return { step: plain(target, 80, text), host };
    return {
      step: found.tunnel ? tunnel(target, `${host}:443`, host, text) : secure(target, host, text),
      host,
    };
  }
  const { read, write = read } = target;
  const rule = found.body === '' ? read : write;
  const answer = found.answer && `lab=text:${Buffer.from(found.answer).toString('base64url')}`;
  const query = [
    `host=${encodeURIComponent(url.hostname)}`,
    `path=${encodeURIComponent(url.pathname)}`,
    ...(url.search === '' ? [] : [url.search.slice(1)]),
    ...(answer === undefined ? [] : [answer]),
  ].join('&');
  const text = request(rule.method, `${rule.path}?${query}`, rule.host, options);
  const pointed = addressOf(url.hostname);
  return {
    step: found.tunnel
      ? tunnel(target, `${rule.host}:443`, rule.host, text)
      : secure(target, rule.host, text),
    host: rule.host,
    ...(pointed !== undefined && { pointed }),
  };
}

/** The IPv4 address that a URL names; the lab's resolver answers with no other. A loopback is a loopback. */
function addressOf(hostname: string): string | undefined {
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname);
  if (mapped !== null) {
    const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  if (hostname === '[::1]') return '127.0.0.1';
  return /^\d+(\.\d+){3}$/.test(hostname) ? hostname : undefined;
}
