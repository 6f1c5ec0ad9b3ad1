import type { DecidedAgent } from './decided';
import { type Decision, refused } from './decision';
import { hostMatches } from './matching';
import { parseRequestTarget } from './request-target';
import { isInForce } from './rules';
import { outgoingSecrets, placeholderMissing } from './secrets-out';
import type { WireRequest } from './wire';

/** CONNECT goes through the same rules with an empty path; the policy has an entry for it for every allowed host. */
export function openTunnel(agent: DecidedAgent, wire: WireRequest): Decision {
  const target = parseRequestTarget('CONNECT', wire.connect);
  if (!target.ok)
    return refused('transport', `the proxy's HTTP server refuses the CONNECT: ${target.why}`, {
      status: 400,
    });
  const host = target.host === '' ? wire.host : target.host;
  const allowed = agent.egress.filter(isInForce).find((rule) => hostMatches(rule.host, host));
  if (!allowed) {
    return refused('rules', 'no rule in force names the host, so the tunnel to it is not opened', {
      status: 403,
    });
  }
  const lacking = outgoingSecrets(agent, host, 'CONNECT', '').refused;
  if (lacking !== undefined)
    return refused('secret', placeholderMissing(lacking), { rule: allowed.id, secret: lacking, status: 403 });
  return {
    allowed: true,
    by: 'rules',
    secrets: [],
    reason:
      'the tunnel opens, because a rule in force names the host; every request inside it is decided by itself',
  };
}
