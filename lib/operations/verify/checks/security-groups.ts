import { differences, REDEPLOY, recordsOf, resourcesOf, verdictOf, verifyCheck } from '../check';
import type { DeployedResource } from '../deployed';
import { portsText, protocolText, ruleText } from '../rule-text';

/** CloudFormation's drift detection doesn't see a rule that was added beside those of a template. */
export const securityGroups = verifyCheck({
  id: 'security-groups',
  title: 'each security group of the stack has the deployed rules and no other',
  invariants: ['NET-1', 'NET-4', 'NET-5', 'NET-6', 'KILL-1'],
  scope: 'stack',
  read: (live) => live.groups(),
  judge: (found, { deployed }) => {
    const groups = resourcesOf(deployed, 'AWS::EC2::SecurityGroup');
    const faults = groups.flatMap((group) => {
      const live = found.find(({ id }) => id === group.id);
      if (!live) return [`${nameOf(group)} is gone`];
      return [
        ...differences(`${nameOf(group)} lets in`, rulesOf(group, 'SecurityGroupIngress'), live.rulesIn),
        ...differences(`${nameOf(group)} lets out`, rulesOf(group, 'SecurityGroupEgress'), live.rulesOut),
      ];
    });
    return verdictOf(
      groups.length === 0 ? ['the stack has no security group'] : faults,
      groups.map(nameOf).join(', '),
      REDEPLOY,
    );
  },
});

function nameOf({ id, agent, part }: DeployedResource): string {
  const whose = [agent, part].filter((each) => each !== undefined).join(' ');
  return whose === '' ? id : `${id} (${whose})`;
}

const PEERS = [
  'CidrIp',
  'CidrIpv6',
  'SourceSecurityGroupId',
  'DestinationSecurityGroupId',
  'SourcePrefixListId',
  'DestinationPrefixListId',
];

function rulesOf(group: DeployedResource, property: string): string[] {
  return recordsOf(group, property).map((rule) => {
    const peer = PEERS.map((name) => rule[name]).find((each) => each !== undefined);
    const ports = portsText(rule.FromPort as number | undefined, rule.ToPort as number | undefined);
    return ruleText(`${protocolText(rule.IpProtocol as string)}${ports}`, peer as string | undefined);
  });
}
