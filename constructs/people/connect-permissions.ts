import { type ContainmentScope, NO_RESOURCE, ofStack } from '../containment/permissions';
import { SSH_USERS, TAG_PART } from '../names';
import type { PermissionStatement } from '../provider/function/permissions';

/** What a person's policies are about. */
export interface PersonScope extends ContainmentScope {
  /** The way to a shell. @default the stack has no Instance Connect Endpoint */
  readonly connect?: { readonly endpointId: string; readonly agentsCidr: string };
}

/**
 * What `airlock connect` needs, for agent hosts alone. Two locks keep a proxy box shut, which holds the secrets: no tunnel leads
 * out of the agents' subnet, and no key is taken by a machine that isn't tagged as an agent host.
 */
export function connectPermissions(scope: PersonScope): PermissionStatement[] {
  if (scope.connect === undefined) return [];
  const { endpointId, agentsCidr } = scope.connect;
  const ec2 = `arn:${scope.partition}:ec2:${scope.region}:${scope.account}`;
  const hosts = ofStack(scope, [`${ec2}:instance/*`]);
  return [
    {
      sid: 'SeeTheEndpoint',
      actions: ['ec2:DescribeInstanceConnectEndpoints'],
      resources: ['*'],
      wildcardReason: NO_RESOURCE,
    },
    {
      sid: 'ReachAgentHosts',
      actions: ['ec2-instance-connect:OpenTunnel'],
      resources: [`${ec2}:instance-connect-endpoint/${endpointId}`],
      conditions: {
        NumericEquals: { 'ec2-instance-connect:remotePort': '22' },
        IpAddress: { 'ec2-instance-connect:privateIpAddress': agentsCidr },
      },
    },
    {
      sid: 'EnterAgentHosts',
      actions: ['ec2-instance-connect:SendSSHPublicKey'],
      ...hosts,
      conditions: {
        StringEquals: {
          ...hosts.conditions.StringEquals,
          [`aws:ResourceTag/${TAG_PART}`]: 'agent-host',
          'ec2:osuser': SSH_USERS['agent-host'],
        },
      },
    },
  ];
}
