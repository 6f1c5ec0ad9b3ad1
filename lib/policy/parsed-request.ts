import { type Decision, refused } from './decision';
import { splitHostPort } from './host-port';
import { isValidHostHeader, parseRequestTarget } from './request-target';
import type { WireRequest } from './wire';

/** A request after Go's server has parsed it. */
export interface Parsed extends WireRequest {
  readonly path: string;
  readonly query: string;
}

/** The request as Go's server passes it to iron-proxy, or its refusal. */
export function parseWire(wire: WireRequest): Parsed | Decision {
  const target = parseRequestTarget(wire.method, wire.target);
  if (!target.ok)
    return refused('transport', `the proxy's HTTP server refuses it: ${target.why}`, { status: 400 });
  if (wire.method === 'OPTIONS' && wire.target === '*') {
    return refused('transport', 'the proxy\'s HTTP server answers "OPTIONS *" itself: nothing leaves', {
      status: 200,
    });
  }
  if (!isValidHostHeader(wire.host)) {
    return refused(
      'transport',
      "the proxy's HTTP server refuses it: the Host header holds a character no host may hold",
      { status: 400 },
    );
  }
  const host = target.host === '' ? wire.host : target.host;
  if (host === '') return refused('proxy', 'the request names no host', { status: 400 });
  return { ...wire, host, path: target.path, query: target.query };
}

/** iron-proxy's checks before any rule. */
export function badNames(request: Parsed): Decision | undefined {
  if (request.path.split('/').some((segment) => segment === '.' || segment === '..')) {
    return refused(
      'proxy',
      'the path has a "." or ".." segment, plain or encoded; most clients resolve it before sending, so ask about the resolved address',
      { status: 400 },
    );
  }
  const name = splitHostPort(request.host)?.host ?? request.host;
  if (request.sni !== name) {
    return refused(
      'proxy',
      'the name in the TLS handshake and the Host header differ (letter case and a trailing dot count)',
      { status: 400 },
    );
  }
  return undefined;
}
