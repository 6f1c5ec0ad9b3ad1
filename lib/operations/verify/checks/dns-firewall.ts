import { notApplicable } from '../../preflight/check';
import { judgeDnsFirewall } from '../../preflight/dns-firewall';
import { resourcesOf, type Subject, verifyCheck } from '../check';

export const dnsFirewall = verifyCheck({
  id: 'dns-firewall',
  title: 'the VPC resolver answers nothing, and fails closed',
  invariants: ['NET-3'],
  scope: 'stack',
  read: async (live, subject) => (hasFirewall(subject) ? live.dnsFirewall() : undefined),
  judge: (found) =>
    found
      ? judgeDnsFirewall(found)
      : notApplicable('network.dns is off: the check vpc sees that there is no VPC resolver'),
});

export function hasFirewall({ deployed }: Subject): boolean {
  return resourcesOf(deployed, 'AWS::Route53Resolver::FirewallRuleGroupAssociation').length > 0;
}
