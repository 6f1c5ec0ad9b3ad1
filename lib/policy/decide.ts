import { isIP } from 'node:net';
import type { EgressRule } from '../config/model';
import type { DecidedAgent, DecidedNetwork } from './decided';
import { type Decision, type Details, refused } from './decision';
import { isNeverDialled } from './document/never-dialled';
import { atFront, TUNNEL_OPENS } from './front';
import { isLookedUp, splitHostPort, stripPort } from './host-port';
import { matches } from './matching';
import { whyNoRule } from './no-rule';
import { badNames, type Parsed, parseWire } from './parsed-request';
import { parseRequestTarget } from './request-target';
import { isInForce } from './rules';
import { outgoingSecrets, placeholderMissing } from './secrets-out';
import { type PolicyRequest, toWire } from './wire';

/**
 * What the agent's proxy box does with a request, and why, in the order of the request's way:
 *
 * 1. The address becomes the request on the wire (wire.ts); it must be http, https, ws or wss.
 * 2. The front refuses plaintext (NET-6), a handshake without a plain host name, and any CONNECT but to `host:443`
 *    (front.ts). The steps from here on are iron-proxy's.
 * 3. The name in the TLS handshake must not end with a dot.
 * 4. Go's HTTP server parses the target and the Host header, or answers 400 (parsed-request.ts).
 * 5. Dot segments in the path are refused, and so are different names in handshake and Host header (parsed-request.ts).
 * 6. The first rule in force that matches host, method and path decides. No rule: refused; a high-risk one needs a grant.
 * 7. Each secret whose rules match goes out with the request; a path without its secret's placeholder is refused
 *    (secrets-out.ts).
 * 8. Ports other than 443, and addresses that the box never dials, are refused (NET-7).
 * 9. A host or query that Go can't write into an address again is refused. Everything else passes.
 *
 * Pure and total: it never throws, and refuses what it can't parse. test/fixtures/decisions.yaml holds its cases, which
 * iron-proxy runs too.
 */
export function decide(airlock: DecidedNetwork, agent: DecidedAgent, request: PolicyRequest): Decision {
  const wire = toWire(request);
  if (!wire) {
    return refused(
      'transport',
      'the address is not one a proxy box serves: it takes http, https, ws and wss addresses',
    );
  }
  const stopped = atFront(wire);
  if (stopped) return stopped;
  if (wire.via === 'tunnel' && wire.method === 'CONNECT') return TUNNEL_OPENS;
  if (wire.sni.endsWith('.')) {
    return refused(
      'transport',
      'the TLS handshake names a host with a trailing dot, which no server may accept',
    );
  }
  const parsed = parseWire(wire);
  return 'reason' in parsed ? parsed : (badNames(parsed) ?? judge(airlock, agent, parsed));
}

function judge(airlock: DecidedNetwork, agent: DecidedAgent, request: Parsed): Decision {
  const { host, method, path } = request;
  const inForce = agent.egress.filter(isInForce);
  const rule = inForce.find((candidate) => matches(candidate, host, method, path));
  if (!rule) return noRule(agent, inForce, request);
  const out = outgoingSecrets(agent, host, method, path);
  const secret = rule.secret !== undefined && out.sent.includes(rule.secret) ? rule.secret : out.sent.at(-1);
  const stopped: Details = { rule: rule.id, secret: rule.secret, risk: rule.risk, status: 502 };
  const who = `rule ${rule.id} matches`;
  if (out.refused !== undefined) {
    return refused('secret', placeholderMissing(out.refused), {
      ...stopped,
      secret: out.refused,
      status: 403,
    });
  }
  const notDialled = whyNotDialled(airlock, host);
  if (notDialled !== undefined) return refused('network', `${who}, but ${notDialled}`, stopped);
  if (!isSendable(request)) {
    return refused('proxy', `${who}, but host and query are no address that can be sent on`, stopped);
  }
  return {
    allowed: true,
    by: 'rules',
    rule: rule.id,
    secret,
    secrets: out.sent,
    risk: rule.risk,
    matching: inForce.filter((candidate) => matches(candidate, host, method, path)).map(({ id }) => id),
    reason: passes(rule, out.sent),
  };
}

function noRule(agent: DecidedAgent, inForce: readonly EgressRule[], request: Parsed): Decision {
  const { host, method, path } = request;
  const shut = agent.egress.find((rule) => !isInForce(rule) && matches(rule, host, method, path));
  if (!shut) return refused('rules', whyNoRule(inForce, request), { status: 403 });
  return refused(
    'grant',
    `rule ${shut.id} is high risk, so it is shut until a person grants it with "airlock grant"`,
    { rule: shut.id, secret: shut.secret, risk: shut.risk, status: 403 },
  );
}

/**
 * iron-proxy writes host, path and query into one address and parses that again, more strictly than its server parsed the
 * request: brackets must hold an IPv6 address, and a `#` in the query begins a fragment, which is cut off and must decode.
 */
function isSendable({ host, query }: Parsed): boolean {
  const hash = query.indexOf('#');
  const decodes = hash < 0 || !/%(?![0-9A-Fa-f]{2})/.test(query.slice(hash + 1));
  return decodes && parseRequestTarget('GET', `https://${host.replaceAll('%', '%25')}/`).ok;
}

/** Why the box doesn't dial a host that the rules allow; undefined when it does. */
function whyNotDialled(airlock: DecidedNetwork, host: string): string | undefined {
  const port = splitHostPort(host)?.port ?? '';
  if (port !== '' && Number(port) !== 443) {
    return `the proxy box's security group lets nothing out but port 443 (NET-6), and the request asks for port ${port}`;
  }
  const name = stripPort(host);
  if (isIP(name) === 0 && !isLookedUp(name)) {
    return 'no resolver is asked for such a name: its labels have 1 to 63 letters, digits, hyphens or underscores, and not all are digits';
  }
  return isNeverDialled(airlock.network.cidr, name)
    ? 'the proxy never dials private, local or reserved addresses, nor any IPv6 one (NET-7)'
    : undefined;
}

function passes(rule: EgressRule, sent: readonly string[]): string {
  const extra =
    sent.length > 1 ? `; several rules match, and their secrets all apply: ${sent.join(', ')}` : '';
  const signed = rule.awsAuth
    ? `, signed for ${rule.awsAuth.service} in ${rule.awsAuth.region} by the proxy box's own role when the client signs it with placeholder keys`
    : '';
  const secret = sent.length > 0 ? `, and ${sent.at(-1)} goes out with it` : ', without any secret';
  return `rule ${rule.id} lets it pass${rule.awsAuth ? signed : secret}${rule.risk === 'medium' ? ', counted as an action' : ''}${extra}`;
}
