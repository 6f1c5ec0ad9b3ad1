import { Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { acknowledgePinnedZone } from '../acknowledge';
import { PUBLIC_BLOCKS } from '../address/public-blocks';
import { EncryptedLogGroup, type RecordProps } from '../audit/encrypted-log-group';
import { resolverLogGroup } from '../names';
import type { Provider } from '../provider/provider';
import { ConnectEndpoint } from './connect-endpoint';
import { DnsFirewall } from './dns-firewall';
import { FirstZone } from './first-zone';
import { FlowLogs } from './flow-logs';
import { Isolation, type Subnets } from './isolation';
import { stackVpc } from './stack-vpc';
import { subnetCidrs } from './subnet-cidrs';
import { type Egress, wayOut } from './way-out';

export interface AirlockNetworkProps {
  /** Private IPv4 block of the VPC, /16 to /24. Changing it replaces every machine. */
  readonly cidr: string;
  /** `firewall`: the VPC resolver answers nothing and logs every question. `off`: there is no VPC resolver. */
  readonly dns: 'firewall' | 'off';
  /**
   * `address`: proxy boxes have a public address of their own. `nat-gateway`: no machine has one. `transit-gateway`:
   * the VPC has no internet gateway, and what lies beyond is the team's.
   */
  readonly egress: Egress;
  /** Id of the Transit Gateway, with that `egress`. @default none */
  readonly transitGateway?: string;
  /**
   * Id of the IPAM pool that gives the VPC its block. CloudFormation can't ask a pool for a block by name: one that
   * gives another than `cidr` fails the deployment at the first subnet, before there is a machine.
   * @default the block is taken as it is
   */
  readonly ipamPool?: string;
  /** Id of an existing VPC that holds nothing else; `cidr` is its block. @default the stack makes one */
  readonly vpc?: string;
  /** Public IPv4 resolvers, one to four. */
  readonly resolvers: readonly string[];
  readonly access: 'instance-connect' | 'none';
  /**
   * Availability Zone name.
   * @default one that offers all of `instanceTypes` when the stack is created, the same ever after
   */
  readonly zone?: string;
  /** @default none: any zone will do */
  readonly instanceTypes?: readonly string[];
  /** Encrypts flow logs and query logs. */
  readonly key: kms.IKey;
  readonly records?: RecordProps;
  /** Empties the VPC's default security group. */
  readonly provider: Provider;
}

/**
 * The VPC that every cell of a stack shares. Agent hosts and proxy boxes live in subnets of their own, because a
 * network ACL sees only what crosses a subnet's edge; nothing here is ever replaced by a change of mode.
 *
 * **Resources**: VPC (unless one is given), subnets, a route table for the proxies and one without routes for all others,
 * DHCP options, and by mode an internet gateway, a NAT gateway, a Transit Gateway attachment, the DNS firewall or the
 * Instance Connect Endpoint, each in its own construct.
 *
 * **Security considerations**: NET-2 (no route leaves the agents' subnet), NET-3 (see DnsFirewall), NET-5 (see
 * ConnectEndpoint). The DHCP options name the public resolvers, so no machine asks the VPC resolver by accident. The
 * operator must keep the VPC for Airlock alone: no peering, no endpoints, no other machines.
 */
export class AirlockNetwork extends Construct {
  readonly vpcId: string;
  /** Availability zone of everything that has one. */
  readonly zone: string;
  readonly agentsSubnet: ec2.CfnSubnet;
  /** @internal */
  readonly agentsCidr: string;
  readonly proxiesSubnet: ec2.CfnSubnet;
  /** What confines a machine, records what it does, or routes its packets: machines start after it. @internal */
  readonly confinement: IDependable;
  /** @internal */
  readonly egress: Egress;
  /** The check of an existing VPC: everything else waits for it. Absent where the stack makes its own. @internal */
  readonly seen?: IDependable;
  /** The public address of all proxy boxes. Absent where there is no NAT gateway. @internal */
  readonly natAddress?: string;
  /** Absent where there is no internet gateway. */
  readonly internetGateway?: IDependable;
  readonly resolvers: readonly string[];
  /**
   * Blocks that proxy boxes may reach at 443. An internet gateway carries no private address; behind a Transit Gateway are
   * the team's other networks. @internal
   */
  readonly httpsTo: readonly string[];
  /** Of the public addresses to which the proxies' route leads, with a Transit Gateway. @internal */
  readonly prefixListId?: string;
  /** Absent when `access` is `none`. @internal */
  readonly connectEndpoint?: ConnectEndpoint;
  /** @internal */
  readonly flowLogs: FlowLogs;
  /** Questions to the VPC resolver; empty when `dns` is `off`. @internal */
  readonly queryLog: EncryptedLogGroup;

  private readonly confining = new DependencyGroup();
  private readonly cidr: string;
  /** Where the VPC or its block comes from, when not from this stack alone. */
  private readonly origin?: string;

  /** @internal */
  constructor(scope: Construct, id: string, props: AirlockNetworkProps) {
    super(scope, id);
    const cidrs = subnetCidrs(props.cidr);
    this.cidr = props.cidr;
    this.origin = props.vpc ?? props.ipamPool;
    const { provider, instanceTypes = [] } = props;
    this.zone = props.zone ?? new FirstZone(this, 'Zone', { provider, instanceTypes }).zone;
    this.egress = props.egress;
    this.resolvers = props.resolvers;
    this.httpsTo = props.egress === 'transit-gateway' ? PUBLIC_BLOCKS : ['0.0.0.0/0'];

    const { vpcId, defaultSecurityGroup, emptying, seen } = stackVpc(this, props);
    this.vpcId = vpcId;
    this.seen = seen;
    Tags.of(this).add('Name', Stack.of(this).stackName);
    // cdk-nag knows an emptied default group by this construct's name and type.
    const restriction = props.provider.make(this, 'RestrictDefaultSecurityGroupCustomResource', {
      type: 'Custom::VpcRestrictDefaultSG',
      properties: { DefaultSecurityGroupId: defaultSecurityGroup, Account: Stack.of(this).account },
      permissions: emptying,
    });
    this.confinement = this.confining;
    this.confining.add(restriction);
    this.nameResolvers(props.resolvers);

    this.agentsCidr = cidrs.agents;
    this.agentsSubnet = this.subnet('Agents', cidrs.agents);
    const noRoutes = this.routeTable('Agents');
    this.use(noRoutes, 'Agents', this.agentsSubnet);
    this.proxiesSubnet = this.subnet('Proxies', cidrs.proxies);
    const proxiesRoutes = this.routeTable('Proxies');
    this.use(proxiesRoutes, 'Proxies', this.proxiesSubnet);

    const subnets: Subnets = {
      agents: this.agentsSubnet,
      proxies: this.proxiesSubnet,
    };
    const out = wayOut(this, {
      vpcId: this.vpcId,
      egress: props.egress,
      transitGateway: props.transitGateway,
      withVpc: (id) => this.withVpc(id),
      proxiesRoutes,
      zone: this.zone,
      subnet: () => {
        const subnet = this.subnet('Egress', cidrs.egress);
        this.use(noRoutes, 'Egress', subnet);
        return subnet;
      },
    });
    if (out.subnet) subnets.egress = out.subnet;
    this.internetGateway = out.internetGateway;
    this.prefixListId = out.prefixListId;
    this.natAddress = out.natAddress;
    this.confining.add(...out.routes);

    if (props.access === 'instance-connect') {
      subnets.access = this.subnet('Access', cidrs.access);
      this.use(noRoutes, 'Access', subnets.access);
      this.connectEndpoint = new ConnectEndpoint(this, 'ConnectEndpoint', {
        vpcId: this.vpcId,
        vpcCidr: props.cidr,
        subnetId: subnets.access.ref,
      });
    }

    const { associations } = new Isolation(this, 'Isolation', {
      vpcId: this.vpcId,
      cidrs,
      subnets,
      resolvers: props.resolvers,
      egress: props.egress,
    });
    this.flowLogs = new FlowLogs(this, 'FlowLogs', {
      vpcId: this.vpcId,
      key: props.key,
      records: props.records,
    });
    // In both modes: the group is retained under a fixed name, so creating it again after a change of mode would fail.
    this.queryLog = new EncryptedLogGroup(this, 'QueryLog', {
      logGroupName: resolverLogGroup(Stack.of(this).stackName),
      key: props.key,
      ...props.records,
    });
    if (props.dns === 'firewall') {
      const { vpcId } = this;
      const { provider } = props;
      const queryLog = this.queryLog.logGroup;
      this.confining.add(new DnsFirewall(this, 'DnsFirewall', { vpcId, queryLog, provider }).inForce);
    }
    this.confining.add(this.flowLogs.flowLog, ...associations);
    if (seen) for (const child of this.node.children) if (child !== seen) child.node.addDependency(seen);
  }

  /**
   * The id of a resource that must be replaced together with the VPC although none of its properties changes:
   * CloudFormation creates before it deletes, and neither a gateway nor an address can serve two VPCs meanwhile.
   */
  private withVpc(id: string): string {
    return [id, this.cidr.replace('/', '-'), this.origin].filter(Boolean).join('-');
  }

  private subnet(name: string, cidrBlock: string): ec2.CfnSubnet {
    const subnet = new ec2.CfnSubnet(this, `${name}Subnet`, {
      vpcId: this.vpcId,
      availabilityZone: this.zone,
      cidrBlock,
      mapPublicIpOnLaunch: false,
    });
    Tags.of(subnet).add('Name', `${Stack.of(this).stackName} ${name.toLowerCase()}`);
    acknowledgePinnedZone(subnet);
    return subnet;
  }

  private routeTable(name: string): ec2.CfnRouteTable {
    return new ec2.CfnRouteTable(this, `${name}Routes`, { vpcId: this.vpcId });
  }

  private use(table: ec2.CfnRouteTable, name: string, subnet: ec2.CfnSubnet): void {
    const association = new ec2.CfnSubnetRouteTableAssociation(this, `${name}RoutesAssociation`, {
      subnetId: subnet.ref,
      routeTableId: table.ref,
    });
    this.confining.add(association);
  }

  private nameResolvers(resolvers: readonly string[]): void {
    const options = new ec2.CfnDHCPOptions(this, 'DhcpOptions', {
      domainNameServers: [...resolvers],
      // Amazon Time Sync: link-local, filtered by nothing and leading nowhere.
      ntpServers: ['169.254.169.123'],
    });
    const association = new ec2.CfnVPCDHCPOptionsAssociation(this, 'DhcpOptionsAssociation', {
      vpcId: this.vpcId,
      dhcpOptionsId: options.ref,
    });
    this.confining.add(association);
  }
}
