import { differences, REDEPLOY, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';
import { aclText } from '../rule-text';

export const networkAcls = verifyCheck({
  id: 'network-acls',
  title: 'each subnet has its own network ACL with the deployed entries',
  invariants: ['NET-1', 'NET-4', 'NET-5', 'NET-6'],
  scope: 'stack',
  read: (live) => live.acls(),
  judge: (found, subject) => {
    const deployed = deployedAcls(subject);
    const faults = [
      ...deployed.flatMap(({ id, subnets, entries }) => {
        const live = found.find((each) => each.id === id);
        if (!live) return [`${id} is gone`];
        return [
          ...differences(`subnets of ${id}`, subnets, live.subnets),
          ...differences(`entries of ${id}`, entries, live.entries),
        ];
      }),
      ...found
        .filter(({ id, subnets }) => subnets.length > 0 && !deployed.some((each) => each.id === id))
        .map(({ id, subnets }) => `${subnets.join(', ')} has ${id}, which the stack did not make`),
    ];
    const count = deployed.reduce((sum, { entries }) => sum + entries.length, 0);
    return verdictOf(faults, `${deployed.length} network ACLs with ${count} entries`, REDEPLOY);
  },
});

function deployedAcls({ deployed }: Subject) {
  const entries = resourcesOf(deployed, 'AWS::EC2::NetworkAclEntry');
  const associations = resourcesOf(deployed, 'AWS::EC2::SubnetNetworkAclAssociation');
  return resourcesOf(deployed, 'AWS::EC2::NetworkAcl').map(({ id }) => ({
    id,
    subnets: associations
      .filter((each) => each.get('NetworkAclId') === id)
      .map((each) => String(each.get('SubnetId'))),
    entries: entries
      .filter((each) => each.get('NetworkAclId') === id)
      .map((each) => {
        const ports = each.get('PortRange') as { From: number; To: number } | undefined;
        const icmp = each.get('Icmp') as { Type: number; Code: number } | undefined;
        return aclText({
          number: Number(each.get('RuleNumber')),
          isOut: each.get('Egress') === true,
          action: String(each.get('RuleAction')),
          protocol: String(each.get('Protocol')),
          cidr: String(each.get('CidrBlock')),
          ports: ports && [ports.From, ports.To],
          icmp: icmp && [icmp.Type, icmp.Code],
        });
      }),
  }));
}
