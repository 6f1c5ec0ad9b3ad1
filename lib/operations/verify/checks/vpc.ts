import { differences, REDEPLOY, resourcesOf, verdictOf, verifyCheck } from '../check';

export const vpc = verifyCheck({
  id: 'vpc',
  title:
    'the VPC has one IPv4 block, its own resolvers, and nothing in it or attached to it that the stack did not make',
  invariants: ['NET-2', 'NET-3', 'NET-4'],
  scope: 'stack',
  read: (live) => live.vpc(),
  judge: (found, { deployed }) => {
    if (!found)
      return verdictOf([`${deployed.stack} has no VPC in ${deployed.region}`], '', 'deploy the stack');
    const [own] = resourcesOf(deployed, 'AWS::EC2::VPC');
    // The zone's subnets show the block of a VPC that IPAM or somebody else made.
    const cidr = own?.get('CidrBlock');
    const wantsDns = resourcesOf(deployed, 'AWS::Route53Resolver::FirewallRuleGroupAssociation').length > 0;
    const faults = [
      ...(typeof cidr === 'string'
        ? differences('IPv4 blocks', [cidr], found.blocks)
        : found.blocks.length === 1
          ? []
          : [`its IPv4 blocks are ${found.blocks.join(', ')}`]),
      ...(found.hasIpv6 ? ['it has an IPv6 block'] : []),
      ...(found.isDefault ? ['it is the default VPC'] : []),
      ...(found.dnsSupport === wantsDns
        ? []
        : [
            `enableDnsSupport is ${found.dnsSupport ? 'on' : 'off'}, and the deployed template says otherwise`,
          ]),
      ...(found.dhcpOptions === 'own' ? [] : [`its DHCP options are ${found.dhcpOptions}`]),
      ...found.foreign.map(({ what, id }) => `${what} was added: ${id}`),
    ];
    return verdictOf(faults, `blocks ${found.blocks.join(', ')}; nothing else is in it`, REDEPLOY);
  },
});
