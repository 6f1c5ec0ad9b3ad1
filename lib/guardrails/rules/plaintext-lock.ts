import { fieldOf, listOf } from '../../json';
import { isClosedPort } from '../../policy/document/facts';
import { transformsOf } from '../../policy/document/loose';
import { letsRefusedHeaderPass, REFUSED_HEADERS } from '../../policy/document/refused-headers';
import type { Finding, Report } from '../rule';
import type { Policy } from '../template/policy';

/** iron-proxy's rules have no scheme: a request that comes in as plain HTTP would leave as it came, secret included. */
export function plaintext(policy: Policy, finding: Report): Finding[] {
  const upstream = fieldOf(policy.proxy, 'proxy', 'upstream_proxy');
  const found: Finding[] = [];
  if (!isClosedPort(fieldOf(upstream, 'http_proxy')) || fieldOf(upstream, 'no_proxy') !== undefined) {
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
        'a header could change the request after the policy check: into a WebSocket handshake in plain HTTP, which iron-proxy dials past upstream_proxy, or into another method or path',
        `let a header_allowlist take away ${REFUSED_HEADERS.join(', ')}`,
      ),
    );
  }
  return found;
}

function stopsRefusedHeaders(policy: Policy): boolean {
  const lists = transformsOf(policy.proxy, 'header_allowlist').map((config) => fieldOf(config, 'headers'));
  return (
    lists.length > 0 &&
    lists.every((headers) => listOf(headers).length > 0 && !listOf(headers).some(letsRefusedHeaderPass))
  );
}
