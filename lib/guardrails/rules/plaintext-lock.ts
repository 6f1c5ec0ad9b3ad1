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
  if (!stopsUpgrades(policy)) {
    found.push(
      finding(
        'a WebSocket handshake could leave as plain HTTP: iron-proxy dials it past upstream_proxy',
        'let a header_allowlist take the Upgrade header away',
      ),
    );
  }
  return found;
}

function stopsUpgrades(policy: Policy): boolean {
  const lists = transformsOf(policy, 'header_allowlist').map((config) => fieldOf(config, 'headers'));
  return (
    lists.length > 0 &&
    lists.every((headers) => listOf(headers).length > 0 && !listOf(headers).some(letsUpgradeThrough))
  );
}

function letsUpgradeThrough(header: Json): boolean {
  const pattern = typeof header === 'string' ? /^\/(.*)\/$/s.exec(header)?.[1] : undefined;
  try {
    return pattern === undefined
      ? String(header).toLowerCase() === 'upgrade'
      : new RegExp(pattern, 'i').test('upgrade');
  } catch {
    return true;
  }
}
