import { isRecord } from '../../json';
import type { NotModelled } from '../report';
import type { Resource, Template } from '../template/template';
import { ATTACHMENTS } from './attachments';
import { MACHINE_TYPES } from './machines';
import { outsideVolume } from './volumes';

/** Types that lib/reach reads, and types that name a network without sending or carrying traffic in it. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...MACHINE_TYPES,
  ...Object.keys(ATTACHMENTS),
  'AWS::AutoScaling::LaunchConfiguration',
  'AWS::EC2::DHCPOptions',
  'AWS::EC2::EIP',
  'AWS::EC2::EIPAssociation',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::NatGateway',
  'AWS::EC2::NetworkAcl',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::NetworkInterfaceAttachment',
  'AWS::EC2::PrefixList',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetCidrBlock',
  'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::TransitGateway',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::TransitGatewayVpcAttachment',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCCidrBlock',
  'AWS::EC2::VPCDHCPOptionsAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::VPNGateway',
  'AWS::EC2::VPNGatewayRoutePropagation',
  'AWS::EC2::Volume',
  'AWS::EC2::VolumeAttachment',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::Route53Resolver::FirewallConfig',
  'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
  'Custom::AirlockDnsFirewallConfig',
  'Custom::AirlockVpc',
  'Custom::VpcRestrictDefaultSG',
]);

const TRANSIT_GATEWAY =
  'beyond the transit gateway nothing is seen: routes, firewalls, inspection and other VPCs; what comes in through it is untrusted';

/** Types whose traffic is computed up to the edge of the template. */
const BEYOND: Readonly<Record<string, string>> = {
  'AWS::EC2::TransitGatewayAttachment': TRANSIT_GATEWAY,
  'AWS::EC2::TransitGatewayVpcAttachment': TRANSIT_GATEWAY,
  'Custom::AirlockVpc':
    'what else the existing VPC holds is not in the template: the deployment looks, and refuses one that holds anything',
};

/** Services whose resources only record names of network resources. */
const HARMLESS = /^AWS::(IAM|Logs|CloudWatch|SNS|SSM::Parameter|KMS|Budgets|Events|Backup)\b/;

/** Parts of a network: a resource that names one may have traffic there. */
const NETWORK =
  /^AWS::EC2::(VPC|Subnet|SecurityGroup|RouteTable|NetworkAcl|InternetGateway|NatGateway|VPCEndpoint|NetworkInterface|TransitGateway|VPNGateway|VPCPeeringConnection|EgressOnlyInternetGateway)$/;

/** Types that make machines which lib/reach doesn't read. */
const MACHINE_MAKERS =
  /^AWS::(EC2::(SpotFleet|EC2Fleet|Host)|EKS::.+|ECS::Cluster|Batch::ComputeEnvironment|EMR::Cluster|SageMaker::.+|ImageBuilder::.+)$/;

/** Every resource that may send, carry or admit traffic and isn't computed. */
export function notModelled(template: Template): { found: NotModelled[]; named: Map<Resource, string[]> } {
  const found: NotModelled[] = template.document.transforms.map((transform) => ({
    resource: 'Transform',
    type: transform,
    why: 'it rewrites the template at deployment: only what is written here was read',
  }));
  const named = new Map<Resource, string[]>();
  for (const resource of template.resources) {
    const { type, id } = resource;
    const outside = outsideVolume(resource);
    if (outside !== undefined) found.push({ resource: id, type, why: outside });
    const beyond = BEYOND[type];
    if (beyond !== undefined) found.push({ resource: id, type, why: beyond });
    if (UNDERSTOOD.has(type) || HARMLESS.test(type)) continue;
    if (type === 'AWS::CloudFormation::Stack' || type.endsWith('::MODULE')) {
      found.push({ resource: id, type, why: 'what it deploys is in another template' });
      continue;
    }
    const names = networkNames(template, resource);
    if (names.length > 0) {
      named.set(resource, names);
      const subnets = names.some((name) => template.find(name)?.type === 'AWS::EC2::Subnet');
      found.push({
        resource: id,
        type,
        why: `it names ${names.slice(0, 5).join(', ')}${subnets ? ': assumed to be a network interface in each subnet it names' : ''}`,
      });
    } else if (MACHINE_MAKERS.test(type)) {
      found.push({ resource: id, type, why: 'it may start machines that are not computed here' });
    }
  }
  return { found, named };
}

/** Logical ids of network resources anywhere in its properties. */
function networkNames(template: Template, resource: Resource): string[] {
  const names = new Set<string>();
  const stack: unknown[] = [resource.raw.properties];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value === 'string') {
      for (const [, id] of value.matchAll(/\$\{([A-Za-z0-9]+)/g)) names.add(id as string);
    } else if (Array.isArray(value)) {
      stack.push(...value);
    } else if (isRecord(value)) {
      if (typeof value.Ref === 'string') names.add(value.Ref);
      const attribute = value['Fn::GetAtt'];
      const target = Array.isArray(attribute) ? attribute[0] : attribute;
      if (typeof target === 'string') names.add(target.split('.')[0] as string);
      stack.push(...Object.values(value));
    }
  }
  const network = [...names].filter((id) => NETWORK.test(template.find(id)?.type ?? ''));
  const throughGroup = [...names].flatMap((id) => {
    const group = template.find(id);
    return group !== undefined && group !== resource && /SubnetGroup$/.test(group.type)
      ? networkNames(template, group)
      : [];
  });
  return [...new Set([...network, ...throughGroup])];
}
