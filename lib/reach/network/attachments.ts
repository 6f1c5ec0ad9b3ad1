import { EVERY_V4 } from '../../../constructs/address/cidr';
import type { Resource, Template } from '../template/template';
import { booleanOf, field, items, Reference, textOf, type Value } from '../template/value';
import type { Interface } from './model';
import type { Parts } from './parts';

/** The properties of a resource type that name its subnets and its security groups. */
interface Attachment {
  readonly kind: Interface['kind'];
  readonly subnets: (resource: Resource, template: Template) => Value;
  readonly groups: (resource: Resource) => Value;
  /** The groups of an interface that names none: the VPC's default group, or none (network load balancers). */
  readonly withoutGroups?: 'unguarded';
}

const path =
  (...names: readonly string[]) =>
  (resource: Resource): Value =>
    names.slice(1).reduce<Value>((value, name) => each(value, name), resource.get(names[0] as string));

/** A property of an object, or of every object in a list. */
function each(value: Value, name: string): Value {
  const found = items(value).map((item) => field(item, name));
  const present = found.flatMap((item) => items(item));
  return present.length === 0 ? undefined : present;
}

const subnetGroup =
  (property: string, type: string) =>
  (resource: Resource, template: Template): Value => {
    const group = template.referred(resource.get(property), type);
    return group === undefined ? resource.get(property) : group.get('SubnetIds');
  };

/** Resource types with network interfaces of their own, besides machines. */
export const ATTACHMENTS: Readonly<Record<string, Attachment>> = {
  'AWS::EC2::VPCEndpoint': { kind: 'endpoint', subnets: path('SubnetIds'), groups: path('SecurityGroupIds') },
  'AWS::EC2::InstanceConnectEndpoint': {
    kind: 'connect-endpoint',
    subnets: path('SubnetId'),
    groups: path('SecurityGroupIds'),
  },
  'AWS::EC2::NetworkInterface': { kind: 'interface', subnets: path('SubnetId'), groups: path('GroupSet') },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    kind: 'interface',
    subnets: (resource) => resource.get('Subnets') ?? each(resource.get('SubnetMappings'), 'SubnetId'),
    groups: path('SecurityGroups'),
    withoutGroups: 'unguarded',
  },
  'AWS::ElasticLoadBalancing::LoadBalancer': {
    kind: 'interface',
    subnets: path('Subnets'),
    groups: path('SecurityGroups'),
  },
  'AWS::Lambda::Function': {
    kind: 'interface',
    subnets: path('VpcConfig', 'SubnetIds'),
    groups: path('VpcConfig', 'SecurityGroupIds'),
  },
  'AWS::ECS::Service': {
    kind: 'interface',
    subnets: path('NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'),
    groups: path('NetworkConfiguration', 'AwsvpcConfiguration', 'SecurityGroups'),
  },
  'AWS::RDS::DBInstance': {
    kind: 'interface',
    subnets: subnetGroup('DBSubnetGroupName', 'AWS::RDS::DBSubnetGroup'),
    groups: path('VPCSecurityGroups'),
  },
  'AWS::RDS::DBCluster': {
    kind: 'interface',
    subnets: subnetGroup('DBSubnetGroupName', 'AWS::RDS::DBSubnetGroup'),
    groups: path('VpcSecurityGroupIds'),
  },
  'AWS::EFS::MountTarget': { kind: 'interface', subnets: path('SubnetId'), groups: path('SecurityGroups') },
  'AWS::Route53Resolver::ResolverEndpoint': {
    kind: 'interface',
    subnets: path('IpAddresses', 'SubnetId'),
    groups: path('SecurityGroupIds'),
  },
};

/** The interfaces of one resource; none when it isn't attached to a network. */
export function attachedInterfaces(parts: Parts, resource: Resource): Interface[] {
  const attachment = Object.hasOwn(ATTACHMENTS, resource.type) ? ATTACHMENTS[resource.type] : undefined;
  if (attachment === undefined) return [];
  const subnets = attachment.subnets(resource, parts.template);
  const bearsAnyAddress = attachment.kind === 'connect-endpoint' && !preservesNothing(resource);
  return items(subnets)
    .flatMap((value) => parts.subnets.of(value, undefined, resource.id))
    .map((subnet) => {
      const groups = attachment.groups(resource);
      const unguarded = attachment.withoutGroups === 'unguarded' && items(groups).length === 0;
      return {
        owner: resource.id,
        kind: attachment.kind,
        subnet,
        groups: unguarded
          ? [parts.groups.byKey(`outside:${resource.id} (no security group)`)]
          : parts.groups.of(groups, subnet.vpc.id),
        v4: bearsAnyAddress ? EVERY_V4 : subnet.v4,
        v6: subnet.v6,
        bearsAnyAddress,
      };
    });
}

/** AWS's documents disagree about the default. */
function preservesNothing(resource: Resource): boolean {
  return booleanOf(resource.get('PreserveClientIp')) === false;
}

/** A resource of an unknown type that names subnets is assumed to have an interface in each. */
export function guessedInterfaces(parts: Parts, resource: Resource, named: readonly string[]): Interface[] {
  const ofType = (type: string) => named.filter((id) => parts.template.find(id)?.type === type);
  const groups = ofType('AWS::EC2::SecurityGroup').map((id) => parts.groups.byKey(id));
  return ofType('AWS::EC2::Subnet')
    .flatMap((id) => parts.subnets.of(new Reference(id, 'Ref'), undefined, resource.id))
    .map((subnet) => ({
      owner: resource.id,
      kind: 'interface',
      subnet,
      groups: groups.length > 0 ? groups : [parts.groups.byKey(`outside:groups of ${resource.id}`)],
      v4: subnet.v4,
      v6: subnet.v6,
    }));
}

/** The type of a VPC endpoint; `Gateway` when none is written (CloudFormation reference, AWS::EC2::VPCEndpoint). */
export function isGatewayEndpoint(resource: Resource): boolean {
  const type = resource.get('VpcEndpointType');
  return type === undefined ? resource.get('SubnetIds') === undefined : textOf(type) === 'Gateway';
}
