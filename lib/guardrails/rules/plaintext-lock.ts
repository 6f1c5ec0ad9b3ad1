import { REFUSED_HEADERS } from '../../policy';
import type { Finding, Report } from '../rule';
import { fieldOf, type Json, listOf } from '../template/json';
import { type Policy, transformsOf } from '../template/policy';

/** Ports on which something of the box listens. */
const LISTENING = [53, 80, 443, 8080, 9090, 9092];

/** iron-proxy's rules have no scheme: a request that comes in as plain HTTP would leave as it came, secret included. */
export function plaintext(policy: Policy, finding: Report): Finding[] {
  const upstream = fieldOf(policy.proxy, 'proxy', 'upstream_proxy');
  const address = fieldOf(upstream, 'http_proxy');
  const port =
    typeof address === 'string' ? /^http:\/\/127\.0\.0\.1:(\d{1,5})\/?$/.exec(address)?.[1] : undefined;
  const found: Finding[] = [];
  if (port === undefined || LISTENING.includes(Number(port)) || fieldOf(upstream, 'no_proxy') !== undefined) {
    found.push(
      finding(
        'a plain HTTP request could leave as plain HTTP',
        'point proxy.upstream_proxy.http_proxy at a closed port of 127.0.0.1',
      ),
    );
  }
  if (!stopsRefusedHeaders(policy)) {
    found.push(
      finding(
        'a header could make another request of the one that was judged: a WebSocket handshake in plain HTTP, which iron-proxy dials past upstream_proxy, or another method or path',
        `let a header_allowlist take away ${REFUSED_HEADERS.join(', ')}`,
      ),
    );
  }
  return found;
}

function stopsRefusedHeaders(policy: Policy): boolean {
  const lists = transformsOf(policy, 'header_allowlist').map((config) => fieldOf(config, 'headers'));
  return (
    lists.length > 0 &&
    lists.every((headers) => listOf(headers).length > 0 && !listOf(headers).some(letsRefusedThrough))
  );
}

function letsRefusedThrough(header: Json): boolean {
  const pattern = typeof header === 'string' ? /^\/(.*)\/$/s.exec(header)?.[1] : undefined;
  try {
    const passes = pattern === undefined ? undefined : new RegExp(pattern, 'i');
    return REFUSED_HEADERS.some((name) => passes?.test(name) ?? String(header).toLowerCase() === name);
  } catch {
    return true;
  }
}
