import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { PROXY_TCP_PORTS, PROXY_UDP_PORTS } from '../names';
import type { SubnetCidrs } from './subnet-cidrs';
import type { Egress } from './way-out';

/** The subnets of a mode, by the name of their block. */
export type Subnets = { [name in 'agents' | 'proxies' | 'egress' | 'access']?: ec2.CfnSubnet };

export interface IsolationProps {
  readonly vpcId: string;
  readonly cidrs: SubnetCidrs;
  /** The subnets that exist; each gets a network ACL of its own. */
  readonly subnets: Subnets;
  readonly resolvers: readonly string[];
  readonly egress: Egress;
}

interface Line {
  readonly direction: 'in' | 'out';
  readonly action: 'allow' | 'deny';
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'all';
  readonly peer: string;
  /** Ports; of ICMP the type and the code. */
  readonly from: number;
  readonly to: number;
}

const EVERYWHERE = '0.0.0.0/0';

const PROTOCOL_NUMBER = { icmp: 1, tcp: 6, udp: 17, all: -1 } as const;
/**
 * Where replies come back to, for a network ACL keeps no state (VPC user guide, "Ephemeral ports"). Our own machines
 * start connections from 32768 up (Linux, `ip_local_port_range`), so the proxy box's own ports and its loopback
 * ports stay outside; the Instance Connect Endpoint may use any, and a NAT gateway and a Transit Gateway answer to the
 * machine's own.
 */
const EPHEMERAL = { machine: [32768, 65535], service: [1024, 65535] } as const;

/**
 * The second lock: network ACLs repeat for each subnet what the security groups say for each machine, so that one wrong
 * rule in either opens nothing.
 *
 * **Resources**: a network ACL with its entries and association for each subnet.
 *
 * **Security considerations**: NET-1, NET-4, NET-5, NET-6. Network ACLs act only between subnets and filter neither
 * the VPC resolver nor instance metadata (VPC user guide, "Security"): DnsFirewall and the machines' metadata
 * options close those. The operator must not add subnets or routes to the VPC: neither lock covers them.
 */
export class Isolation extends Construct {
  /** An ACL that is in force has all of its entries: they are made before it is put before its subnet. */
  readonly associations: ec2.CfnSubnetNetworkAclAssociation[] = [];

  constructor(scope: Construct, id: string, props: IsolationProps) {
    super(scope, id);
    const lines = linesOf(props);
    for (const [name, subnet] of Object.entries(props.subnets)) {
      this.acl(name, props.vpcId, subnet, lines[name as keyof Subnets]);
    }
    acknowledge(
      this,
      ['AwsSolutions'],
      'VPC3',
      'The network ACLs are a deliberate second lock behind the security groups: subnets hold one kind of machine ' +
        'each, and an agent whose security group somebody widened is still stopped here.',
    );
  }

  private acl(name: string, vpcId: string, subnet: ec2.CfnSubnet, lines: readonly Line[]): void {
    const title = name[0]?.toUpperCase() + name.slice(1);
    const acl = new ec2.CfnNetworkAcl(this, `${title}Acl`, { vpcId });
    const association = new ec2.CfnSubnetNetworkAclAssociation(this, `${title}AclAssociation`, {
      subnetId: subnet.ref,
      networkAclId: acl.ref,
    });
    this.associations.push(association);
    const next = { in: 100, out: 100 };
    for (const line of lines) {
      const ruleNumber = next[line.direction];
      next[line.direction] += 10;
      const entryId = `${title}${line.direction === 'in' ? 'In' : 'Out'}${ruleNumber}`;
      const entry = new ec2.CfnNetworkAclEntry(this, entryId, {
        networkAclId: acl.ref,
        ruleNumber,
        egress: line.direction === 'out',
        ruleAction: line.action,
        protocol: PROTOCOL_NUMBER[line.protocol],
        cidrBlock: line.peer,
        ...detailOf(line),
      });
      association.addResourceDependency(entry);
    }
  }
}

function detailOf({ protocol, from, to }: Line): Pick<ec2.CfnNetworkAclEntryProps, 'icmp' | 'portRange'> {
  if (protocol === 'all') return {};
  return protocol === 'icmp' ? { icmp: { type: from, code: to } } : { portRange: { from, to } };
}

function linesOf({ cidrs, subnets, resolvers, egress }: IsolationProps): Record<keyof Subnets, Line[]> {
  const access = subnets.access !== undefined;
  // With a Transit Gateway the second lock against private networks is the route, which leads to public addresses alone;
  // within the VPC it is the network ACL of each other subnet.
  const denyInside =
    egress === 'transit-gateway'
      ? []
      : [everything('deny', 'in', cidrs.vpc), everything('deny', 'out', cidrs.vpc)];
  const resolverBlocks = resolvers.map((resolver) => `${resolver}/32`);
  const proxyPorts = (direction: 'in' | 'out', peer: string) => [
    ...PROXY_TCP_PORTS.map((port) => allow(direction, 'tcp', peer, port)),
    ...PROXY_UDP_PORTS.map((port) => allow(direction, 'udp', peer, port)),
  ];
  const replies = (
    direction: 'in' | 'out',
    protocol: 'tcp' | 'udp',
    peer: string,
    to: keyof typeof EPHEMERAL = 'machine',
  ) => allow(direction, protocol, peer, EPHEMERAL[to][0], EPHEMERAL[to][1]);
  const ssh = (direction: 'in' | 'out', peer: string) => allow(direction, 'tcp', peer, 22);
  const endpoint = access ? [ssh('in', cidrs.access), replies('out', 'tcp', cidrs.access, 'service')] : [];
  const outside = [
    allow('out', 'tcp', EVERYWHERE, 443),
    ...resolverBlocks.flatMap((resolver) => [
      allow('out', 'tcp', resolver, 53),
      allow('out', 'udp', resolver, 53),
    ]),
    replies('in', 'tcp', EVERYWHERE),
    ...resolverBlocks.map((resolver) => replies('in', 'udp', resolver)),
  ];

  return {
    agents: [
      ...endpoint,
      replies('in', 'tcp', cidrs.proxies),
      replies('in', 'udp', cidrs.proxies),
      ...proxyPorts('out', cidrs.proxies),
    ],
    proxies: [
      ...proxyPorts('in', cidrs.agents),
      ...endpoint,
      replies('out', 'tcp', cidrs.agents),
      replies('out', 'udp', cidrs.agents),
      ...denyInside,
      // From private addresses too, with a Transit Gateway: the team's routers have them.
      tooLarge(EVERYWHERE),
      ...outside,
    ],
    // Before a Transit Gateway AWS judges what comes from the machines, by its source, and what goes to them, by its
    // destination, and nothing of the gateway's other side ("Network ACLs for transit gateways"). The proxies' own
    // network ACL has the ports.
    egress: [everything('allow', 'in', cidrs.proxies), everything('allow', 'out', cidrs.proxies)],
    access: [ssh('out', cidrs.machines), replies('in', 'tcp', cidrs.machines, 'service')],
  };
}

function allow(
  direction: 'in' | 'out',
  protocol: 'tcp' | 'udp',
  peer: string,
  from: number,
  to = from,
): Line {
  return { direction, action: 'allow', protocol, peer, from, to };
}

/**
 * A router's report that a packet is too large for the next link (type 3, code 4; VPC user guide, "Path MTU Discovery").
 * Without it large answers vanish on ways that carry less than EC2. Security groups let it in by themselves where it
 * answers a connection, and nothing else of ICMP. Within the VPC all packets are of one size, so agents need none.
 */
function tooLarge(from: string): Line {
  return { direction: 'in', action: 'allow', protocol: 'icmp', peer: from, from: 3, to: 4 };
}

function everything(action: Line['action'], direction: 'in' | 'out', peer: string): Line {
  return { direction, action, protocol: 'all', peer, from: 0, to: 65535 };
}
