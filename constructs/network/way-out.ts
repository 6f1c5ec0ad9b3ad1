import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { acknowledge, COMPLIANCE } from '../acknowledge';

export type Egress = 'address' | 'nat-gateway' | 'transit-gateway';

export interface WayOutProps {
  readonly vpcId: string;
  readonly egress: Egress;
  readonly transitGateway?: string;
  readonly proxiesRoutes: ec2.CfnRouteTable;
  /** Makes the id of a resource that is replaced together with the VPC. */
  readonly withVpc: (id: string) => string;
  /** The small subnet of the way out and its table; not made where `address` needs none. */
  readonly subnet: () => { readonly subnet: ec2.CfnSubnet; readonly routes: ec2.CfnRouteTable };
}

export interface WayOut {
  /** Every route that a packet of a proxy box takes. */
  readonly routes: readonly ec2.CfnRoute[];
  readonly subnet?: ec2.CfnSubnet;
  /** Absent with a Transit Gateway. A public address needs it, and is deleted before it. */
  readonly internetGateway?: ec2.CfnVPCGatewayAttachment;
}

/**
 * Gives the proxies' subnet its one route out; the agents' subnet gets none in any mode (NET-2). The NAT gateway and the
 * Transit Gateway attachment use the same subnet, because CloudFormation can't create a second subnet of the same block
 * before it deletes the first.
 */
export function wayOut(scope: Construct, props: WayOutProps): WayOut {
  const { vpcId, egress, transitGateway, proxiesRoutes, subnet, withVpc } = props;
  if (egress === 'transit-gateway') {
    if (transitGateway === undefined)
      throw new Error('egress transit-gateway needs the id of a transitGateway');
    const own = subnet();
    const attachment = new ec2.CfnTransitGatewayAttachment(scope, 'TransitGatewayAttachment', {
      transitGatewayId: transitGateway,
      vpcId,
      subnetIds: [own.subnet.ref],
      // Neither groups nor names of other VPCs are resolved here.
      options: { DnsSupport: 'disable', Ipv6Support: 'disable', SecurityGroupReferencingSupport: 'disable' },
    });
    const route = internetRoute(scope, 'Proxies', proxiesRoutes, { transitGatewayId: transitGateway });
    route.addResourceDependency(attachment);
    return { routes: [route], subnet: own.subnet };
  }
  const gateway = new ec2.CfnInternetGateway(scope, withVpc('InternetGateway'));
  const internetGateway = new ec2.CfnVPCGatewayAttachment(scope, 'InternetGatewayAttachment', {
    vpcId,
    internetGatewayId: gateway.ref,
  });
  if (egress === 'address') {
    const route = internetRoute(scope, 'Proxies', proxiesRoutes, { gatewayId: gateway.ref });
    route.addResourceDependency(internetGateway);
    return { routes: [route], internetGateway };
  }
  const own = subnet();
  const natRoute = internetRoute(scope, 'Nat', own.routes, { gatewayId: gateway.ref });
  natRoute.addResourceDependency(internetGateway);
  const natGatewayId = natGateway(scope, withVpc('NatAddress'), own.subnet, natRoute);
  const route = internetRoute(scope, 'Proxies', proxiesRoutes, { natGatewayId });
  return { routes: [natRoute, route], subnet: own.subnet, internetGateway };
}

function internetRoute(
  scope: Construct,
  name: string,
  table: ec2.CfnRouteTable,
  target: { gatewayId: string } | { natGatewayId: string } | { transitGatewayId: string },
): ec2.CfnRoute {
  const route = new ec2.CfnRoute(scope, `${name}InternetRoute`, {
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

function natGateway(scope: Construct, addressId: string, subnet: ec2.CfnSubnet, route: ec2.CfnRoute): string {
  const address = new ec2.CfnEIP(scope, addressId, { domain: 'vpc' });
  const nat = new ec2.CfnNatGateway(scope, 'NatGateway', {
    subnetId: subnet.ref,
    allocationId: address.attrAllocationId,
  });
  nat.addResourceDependency(route);
  return nat.ref;
}
