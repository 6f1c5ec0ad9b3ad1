import { Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { acknowledge, acknowledgePinnedZone, COMPLIANCE } from '../acknowledge';
import { EncryptedLogGroup } from '../audit/encrypted-log-group';
import type { Provider } from '../provider/provider';
import { defaultSecurityGroupPermission } from '../provider/resources/default-security-group/permissions';
import { ConnectEndpoint } from './connect-endpoint';
import { DnsFirewall } from './dns-firewall';
import { FirstZone } from './first-zone';
import { FlowLogs } from './flow-logs';
import { Isolation } from './isolation';
import { type SubnetCidrs, subnetCidrs } from './subnet-cidrs';

export interface AirlockNetworkProps {
  /** Private IPv4 block of the VPC, /16 to /24. Changing it replaces every machine. */
  readonly cidr: string;
  /** `firewall`: the VPC resolver answers nothing and logs every question. `off`: there is no VPC resolver. */
  readonly dns: 'firewall' | 'off';
  /** `address`: proxy boxes have a public address of their own. `nat-gateway`: no machine has one. */
  readonly egress: 'address' | 'nat-gateway';
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
  /** Empties the VPC's default security group. */
  readonly provider: Provider;
}

/**
 * The VPC that every cell of a stack shares. Agent hosts and proxy boxes live in subnets of their own, because a
 * network ACL sees only what crosses a subnet's edge; nothing here is ever replaced by a change of mode.
 *
 * **Resources**: VPC, one subnet and route table each for agents and proxies, internet gateway, DHCP options, and
 * by mode a NAT gateway, the DNS firewall or the Instance Connect Endpoint, each in its own construct.
 *
 * **Security considerations**: NET-2 (no route leaves the agents' subnet), NET-3 (see DnsFirewall), NET-5 (see
 * ConnectEndpoint). The DHCP options name the public resolvers, so no machine asks the VPC resolver by accident.
 */
export class AirlockNetwork extends Construct {
  readonly vpcId: string;
  /** Availability zone of everything that has one. */
  readonly zone: string;
  readonly agentsSubnet: ec2.CfnSubnet;
  readonly proxiesSubnet: ec2.CfnSubnet;
  /** Whatever confines a machine, records what it does, or routes its packets: no machine starts before it. */
  readonly confinement: IDependable;
  readonly egress: 'address' | 'nat-gateway';
  readonly resolvers: readonly string[];
  /** Absent when `access` is `none`. */
  readonly connectEndpoint?: ConnectEndpoint;
  readonly flowLogs: FlowLogs;
  /** Questions to the VPC resolver; empty for ever when `dns` is `off`. */
  readonly queryLog: EncryptedLogGroup;

  private readonly confining = new DependencyGroup();
  private readonly vpc: ec2.CfnVPC;
  private readonly cidr: string;

  constructor(scope: Construct, id: string, props: AirlockNetworkProps) {
    super(scope, id);
    const cidrs = subnetCidrs(props.cidr);
    this.cidr = props.cidr;
    const { provider, instanceTypes = [] } = props;
    this.zone = props.zone ?? new FirstZone(this, 'Zone', { provider, instanceTypes }).zone;
    this.egress = props.egress;
    this.resolvers = props.resolvers;

    this.vpc = new ec2.CfnVPC(this, 'Vpc', {
      cidrBlock: props.cidr,
      enableDnsSupport: props.dns === 'firewall',
      enableDnsHostnames: false,
    });
    this.vpcId = this.vpc.ref;
    Tags.of(this).add('Name', Stack.of(this).stackName);
    // cdk-nag knows an emptied default group by this construct's name and type.
    const defaultGroup = this.vpc.attrDefaultSecurityGroup;
    const restriction = props.provider.make(this, 'RestrictDefaultSecurityGroupCustomResource', {
      type: 'Custom::VpcRestrictDefaultSG',
      properties: { DefaultSecurityGroupId: defaultGroup, Account: Stack.of(this).account },
      permissions: (scope) => [defaultSecurityGroupPermission({ ...scope, securityGroupId: defaultGroup })],
    });
    this.confinement = this.confining;
    this.confining.add(restriction);
    this.nameResolvers(props.resolvers);

    const gateway = new ec2.CfnInternetGateway(this, this.withVpc('InternetGateway'));
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: this.vpcId,
      internetGatewayId: gateway.ref,
    });

    this.agentsSubnet = this.subnet('Agents', cidrs.agents);
    this.routeTable('Agents', this.agentsSubnet);
    this.proxiesSubnet = this.subnet('Proxies', cidrs.proxies);
    const proxiesRoutes = this.routeTable('Proxies', this.proxiesSubnet);

    const subnets: Partial<Record<keyof SubnetCidrs, ec2.CfnSubnet>> = {
      agents: this.agentsSubnet,
      proxies: this.proxiesSubnet,
    };
    if (props.egress === 'nat-gateway') {
      subnets.nat = this.subnet('Nat', cidrs.nat);
      const natRoute = this.route('Nat', this.routeTable('Nat', subnets.nat), { gatewayId: gateway.ref });
      natRoute.addResourceDependency(attachment);
      this.route('Proxies', proxiesRoutes, { natGatewayId: this.natGateway(subnets.nat, natRoute) });
    } else {
      const route = this.route('Proxies', proxiesRoutes, { gatewayId: gateway.ref });
      route.addResourceDependency(attachment);
    }

    if (props.access === 'instance-connect') {
      subnets.access = this.subnet('Access', cidrs.access);
      this.routeTable('Access', subnets.access);
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
    });
    this.flowLogs = new FlowLogs(this, 'FlowLogs', { vpcId: this.vpcId, key: props.key });
    // In both modes: it is retained under a fixed name, so a group made anew on the way back would fail to create.
    this.queryLog = new EncryptedLogGroup(this, 'QueryLog', {
      logGroupName: `/${Stack.of(this).stackName}/resolver-queries`,
      key: props.key,
    });
    if (props.dns === 'firewall') {
      const { vpcId } = this;
      const { provider } = props;
      const queryLog = this.queryLog.logGroup;
      this.confining.add(new DnsFirewall(this, 'DnsFirewall', { vpcId, queryLog, provider }).inForce);
    }
    this.confining.add(this.flowLogs.flowLog, ...associations);
  }

  /**
   * The id of what must be replaced together with the VPC although none of its properties changes: CloudFormation
   * creates before it deletes, and neither a gateway nor an address serves two VPCs meanwhile.
   */
  private withVpc(id: string): string {
    return `${id}-${this.cidr.replace('/', '-')}`;
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

  private routeTable(name: string, subnet: ec2.CfnSubnet): ec2.CfnRouteTable {
    const table = new ec2.CfnRouteTable(this, `${name}Routes`, { vpcId: this.vpcId });
    const association = new ec2.CfnSubnetRouteTableAssociation(this, `${name}RoutesAssociation`, {
      subnetId: subnet.ref,
      routeTableId: table.ref,
    });
    this.confining.add(association);
    return table;
  }

  private route(
    name: string,
    table: ec2.CfnRouteTable,
    target: { gatewayId: string } | { natGatewayId: string },
  ): ec2.CfnRoute {
    const route = new ec2.CfnRoute(this, `${name}InternetRoute`, {
      routeTableId: table.ref,
      destinationCidrBlock: '0.0.0.0/0',
      ...target,
    });
    if ('gatewayId' in target) {
      acknowledge(
        route,
        COMPLIANCE,
        'VPCNoUnrestrictedRouteToIGW',
        "It is the proxy boxes' way out, the one door of the design: they take no connection from outside, and " +
          'agent hosts are in another subnet whose route table has no such route (NET-2).',
      );
    }
    this.confining.add(route);
    return route;
  }

  private natGateway(subnet: ec2.CfnSubnet, route: ec2.CfnRoute): string {
    const address = new ec2.CfnEIP(this, this.withVpc('NatAddress'), { domain: 'vpc' });
    const nat = new ec2.CfnNatGateway(this, 'NatGateway', {
      subnetId: subnet.ref,
      allocationId: address.attrAllocationId,
    });
    nat.addResourceDependency(route);
    return nat.ref;
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
