import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { CONNECT_PORT, PROXY_TCP_PORTS, PROXY_UDP_PORTS, TAG_PART } from '../names';
import { NO_TRAFFIC } from '../no-traffic';

export interface CellGroupsProps {
  readonly vpcId: string;
  readonly agent: string;
  readonly resolvers: readonly string[];
  /** Blocks that the proxy box may reach at 443. */
  readonly httpsTo: readonly string[];
  /** Whether the port for clients with proxy settings is open. */
  readonly connect: boolean;
  /** Absent when nobody may log in. */
  readonly connectEndpointGroupId?: string;
}

/**
 * The security groups of one cell. Three, because CloudFormation can't create two groups that name each other: the agent
 * host's group names `Proxy`, and the group `ProxyIn`, which the proxy box has as well, names the agent host's. Neither the
 * ids nor the descriptions may change: a change replaces the group.
 *
 * **Resources**: three security groups, rules inline, so that one place shows all that a group allows.
 *
 * **Security considerations**: NET-1, NET-4, NET-5, NET-6. The operator must attach no further group to these machines.
 */
export class CellGroups extends Construct {
  readonly agentHostGroupId: string;
  readonly proxyBoxGroupIds: readonly string[];

  constructor(scope: Construct, id: string, props: CellGroupsProps) {
    super(scope, id);
    const ssh = props.connectEndpointGroupId
      ? [rule('tcp', 22, { sourceSecurityGroupId: props.connectEndpointGroupId }, 'ssh, Instance Connect')]
      : [];

    const proxy = new ec2.CfnSecurityGroup(this, 'Proxy', {
      vpcId: props.vpcId,
      groupDescription: `Proxy box of ${props.agent}: what it may reach`,
      securityGroupIngress: ssh,
      securityGroupEgress: [
        ...props.httpsTo.map((cidrIp) => rule('tcp', 443, { cidrIp }, 'https to what the policy allows')),
        ...props.resolvers.flatMap((resolver) => [
          rule('udp', 53, { cidrIp: `${resolver}/32` }, 'dns'),
          rule('tcp', 53, { cidrIp: `${resolver}/32` }, 'dns'),
        ]),
      ],
    });
    const agentHost = new ec2.CfnSecurityGroup(this, 'AgentHost', {
      vpcId: props.vpcId,
      groupDescription: `Agent host of ${props.agent}: its own proxy box and nothing else`,
      securityGroupIngress: ssh,
      securityGroupEgress: proxyPorts(
        props,
        { destinationSecurityGroupId: proxy.attrGroupId },
        'to the proxy box',
      ),
    });
    const proxyIn = new ec2.CfnSecurityGroup(this, 'ProxyIn', {
      vpcId: props.vpcId,
      groupDescription: `Proxy box of ${props.agent}: who may reach it`,
      securityGroupIngress: proxyPorts(
        props,
        { sourceSecurityGroupId: agentHost.attrGroupId },
        'from the agent host',
      ),
      securityGroupEgress: [NO_TRAFFIC],
    });
    // `airlock release` finds by these tags the groups that a containment removed.
    Tags.of(agentHost).add(TAG_PART, 'agent-host');
    for (const group of [proxy, proxyIn]) Tags.of(group).add(TAG_PART, 'proxy-box');
    this.agentHostGroupId = agentHost.attrGroupId;
    this.proxyBoxGroupIds = [proxy.attrGroupId, proxyIn.attrGroupId];
  }
}

function proxyPorts<Peer extends object>(
  { connect }: Pick<CellGroupsProps, 'connect'>,
  peer: Peer,
  description: string,
) {
  return [
    ...PROXY_TCP_PORTS.filter((port) => connect || port !== CONNECT_PORT).map((port) =>
      rule('tcp', port, peer, description),
    ),
    ...PROXY_UDP_PORTS.map((port) => rule('udp', port, peer, description)),
  ];
}

function rule<Peer extends object>(ipProtocol: 'tcp' | 'udp', port: number, peer: Peer, description: string) {
  return { ipProtocol, fromPort: port, toPort: port, description, ...peer };
}
