import type { Resource, Template } from '../template/template';
import { booleanOf, describe, Reference, textOf, type Value } from '../template/value';
import type { Target } from './model';

/** Properties of `AWS::EC2::Route` that name a target; AWS takes exactly one. */
const TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'InstanceId',
  'NetworkInterfaceId',
  'VpcPeeringConnectionId',
  'TransitGatewayId',
  'EgressOnlyInternetGatewayId',
  'VpcEndpointId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
] as const;

/** A route's target. One that the template doesn't describe may lead anywhere. */
export function routeTarget(template: Template, route: Resource): Target {
  const property = TARGETS.find((name) => route.get(name) !== undefined);
  const value = property === undefined ? undefined : route.get(property);
  const id = describe(value);
  switch (property) {
    case 'GatewayId':
      return gateway(template, value, id);
    case 'NatGatewayId':
      return natGateway(template, value, id);
    case 'InstanceId':
    case 'NetworkInterfaceId':
      return {
        kind: 'interface',
        id: value instanceof Reference ? value.id : id,
        forwards: forwards(template, value),
      };
    case 'VpcPeeringConnectionId':
    case 'TransitGatewayId':
    case 'CoreNetworkArn':
      return { kind: 'peer', id };
    case 'EgressOnlyInternetGatewayId':
      return { kind: 'egress-only-gateway', id };
    case 'LocalGatewayId':
      return { kind: 'vpn', id };
    case 'CarrierGatewayId':
      return { kind: 'internet-gateway', id };
    default:
      return { kind: 'unknown', id: property === undefined ? route.id : id };
  }
}

function gateway(template: Template, value: Value, id: string): Target {
  const text = textOf(value);
  if (text === 'local') return { kind: 'local' };
  if (template.referred(value, 'AWS::EC2::InternetGateway') || text?.startsWith('igw-')) {
    return { kind: 'internet-gateway', id };
  }
  if (template.referred(value, 'AWS::EC2::VPNGateway') || text?.startsWith('vgw-'))
    return { kind: 'vpn', id };
  return { kind: 'unknown', id };
}

function natGateway(template: Template, value: Value, id: string): Target {
  const resource = template.referred(value, 'AWS::EC2::NatGateway');
  const isPublic = textOf(resource?.get('ConnectivityType')) !== 'private';
  return { kind: 'nat-gateway', id: resource?.id ?? id, isPublic };
}

/** An interface forwards packets for other addresses only if its source/destination check is off. */
function forwards(template: Template, value: Value): boolean {
  const resource = template.referred(value, 'AWS::EC2::Instance', 'AWS::EC2::NetworkInterface');
  if (resource === undefined) return true;
  const check = resource.get('SourceDestCheck');
  return check === undefined ? false : booleanOf(check) !== true;
}
