import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { acknowledge, COMPLIANCE } from '../acknowledge';
import { PUBLIC_BLOCKS } from '../address/public-blocks';

export type Egress = 'address' | 'nat-gateway' | 'transit-gateway';

export interface WayOutProps {
  readonly vpcId: string;
  readonly egress: Egress;
  readonly transitGateway?: string;
  readonly proxiesRoutes: ec2.CfnRouteTable;
  /** Availability zone of the NAT gateway. */
  readonly zone: string;
  /** Makes the id of a resource that is replaced together with the VPC. */
  readonly withVpc: (id: string) => string;
  /** The small subnet of a Transit Gateway attachment; not made where there is none. */
  readonly subnet: () => ec2.CfnSubnet;
}

export interface WayOut {
  /** Every route that a packet of a proxy box takes. */
  readonly routes: readonly ec2.CfnRoute[];
  readonly subnet?: ec2.CfnSubnet;
  /** Of the addresses to which the route leads, with a Transit Gateway. */
  readonly prefixListId?: string;
  /** Absent with a Transit Gateway. A public address needs it, and is deleted before it. */
  readonly internetGateway?: ec2.CfnVPCGatewayAttachment;
  /** The public address of the NAT gateway, where there is one. */
  readonly natAddress?: string;
}

const ROUTE = 'ProxiesInternetRoute';

/** Gives the proxies' subnet its one route out; the agents' subnet gets none in any mode (NET-2). */
export function wayOut(scope: Construct, props: WayOutProps): WayOut {
  const { vpcId, egress, transitGateway, proxiesRoutes, withVpc } = props;
  if (egress === 'transit-gateway') {
    if (transitGateway === undefined)
      throw new Error('egress transit-gateway needs the id of a transitGateway');
    const subnet = props.subnet();
    const attachment = new ec2.CfnTransitGatewayAttachment(scope, 'TransitGatewayAttachment', {
      transitGatewayId: transitGateway,
      vpcId,
      subnetIds: [subnet.ref],
      // Neither groups nor names of other VPCs are resolved here.
      options: { DnsSupport: 'disable', Ipv6Support: 'disable', SecurityGroupReferencingSupport: 'disable' },
    });
    const prefixListId = publicBlocks(scope).ref;
    const route = new ec2.CfnRoute(scope, ROUTE, {
      routeTableId: proxiesRoutes.ref,
      destinationPrefixListId: prefixListId,
      transitGatewayId: transitGateway,
    });
    route.addResourceDependency(attachment);
    return { routes: [route], subnet, prefixListId };
  }
  const gateway = new ec2.CfnInternetGateway(scope, withVpc('InternetGateway'));
  const internetGateway = new ec2.CfnVPCGatewayAttachment(scope, 'InternetGatewayAttachment', {
    vpcId,
    internetGatewayId: gateway.ref,
  });
  if (egress === 'address') {
    const route = internetRoute(scope, proxiesRoutes, { gatewayId: gateway.ref });
    route.addResourceDependency(internetGateway);
    return { routes: [route], internetGateway };
  }
  const address = new ec2.CfnEIP(scope, withVpc('RegionalNatAddress'), { domain: 'vpc' });
  const natAddress = address.attrPublicIp;
  const nat = natGateway(scope, address, props);
  nat.addResourceDependency(internetGateway);
  const route = internetRoute(scope, proxiesRoutes, { natGatewayId: nat.ref });
  return { routes: [route], internetGateway, natAddress };
}

function internetRoute(
  scope: Construct,
  table: ec2.CfnRouteTable,
  target: { gatewayId: string } | { natGatewayId: string },
): ec2.CfnRoute {
  const route = new ec2.CfnRoute(scope, ROUTE, {
    routeTableId: table.ref,
    destinationCidrBlock: '0.0.0.0/0',
    ...target,
  });
  if ('gatewayId' in target) {
    acknowledge(
      route,
      COMPLIANCE,
      'VPCNoUnrestrictedRouteToIGW',
      "It is the proxy boxes' way out, the only one of the design: they take no connection from outside, and " +
        'agent hosts are in another subnet whose route table has no such route (NET-2).',
    );
  }
  return route;
}

/**
 * The public addresses, for a route: no other address has a way out, nor an answer. The list is full, so that nobody adds a
 * block by mistake. AWS changes either the entries or their number at a time, so another number is another list. Security
 * groups have the same blocks as rules, so that no one change opens both.
 */
function publicBlocks(scope: Construct): ec2.CfnPrefixList {
  const size = PUBLIC_BLOCKS.length;
  return new ec2.CfnPrefixList(scope, `PublicBlocks${size}`, {
    prefixListName: `${Stack.of(scope).stackName} public addresses`,
    addressFamily: 'IPv4',
    maxEntries: size,
    entries: PUBLIC_BLOCKS.map((cidr) => ({ cidr })),
  });
}

/**
 * A regional NAT gateway, because it needs no subnet and so no route table and network ACL of its own: AWS gives it a table
 * that leads to the internet gateway. It stays in one zone, since it gets an address for that one alone.
 */
function natGateway(scope: Construct, address: ec2.CfnEIP, { vpcId, zone }: WayOutProps): ec2.CfnNatGateway {
  return new ec2.CfnNatGateway(scope, 'RegionalNatGateway', {
    vpcId,
    availabilityMode: 'regional',
    availabilityZoneAddresses: [{ availabilityZone: zone, allocationIds: [address.attrAllocationId] }],
  });
}
