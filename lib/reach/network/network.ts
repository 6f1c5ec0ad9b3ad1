import type { Template } from '../template/template';
import { items, Reference, textOf } from '../template/value';
import { attachedInterfaces, guessedInterfaces, isGatewayEndpoint } from './attachments';
import { MACHINE_TYPES, readMachine } from './machines';
import type { Network, Subnet, Target, Vpc } from './model';
import { notModelled } from './not-modelled';
import type { Parts } from './parts';
import { readResolver } from './resolvers';
import { SecurityGroups } from './security-groups';
import { Subnets } from './subnets';
import { Vpcs } from './vpcs';

/** Reads every part of a template's network once. */
export function readNetwork(template: Template): Network {
  const vpcs = new Vpcs(template);
  const subnets = new Subnets(template, vpcs);
  const groups = new SecurityGroups(template);
  const parts: Parts = { template, subnets, groups };
  const machines = template.ofType(...MACHINE_TYPES).map((resource) => readMachine(parts, resource));
  const unknown = notModelled(template);
  const taken = attachedToMachines(template);
  const others = template.resources.flatMap((resource) => {
    if (taken.has(resource.id)) return [];
    if (resource.type === 'AWS::EC2::VPCEndpoint' && isGatewayEndpoint(resource)) return [];
    const named = unknown.named.get(resource);
    return named === undefined
      ? attachedInterfaces(parts, resource)
      : guessedInterfaces(parts, resource, named);
  });
  const used = new Set<Vpc>([
    ...vpcs.known,
    ...machines.flatMap((machine) => machine.interfaces.map((each) => each.subnet.vpc)),
  ]);
  return {
    template,
    vpcs: [...used],
    subnets: subnets.known,
    machines,
    others,
    notModelled: unknown.found,
    natSubnets: natSubnets(parts),
    resolvers: new Map([...used].map((vpc) => [vpc, readResolver(template, vpc)])),
    joins: (target, a, b) => joins(template, target, a, b),
  };
}

/** Interfaces that a machine lists or has attached: they count as the machine's. */
function attachedToMachines(template: Template): Set<string> {
  const values = [
    ...template.ofType('AWS::EC2::NetworkInterfaceAttachment').map((each) => each.get('NetworkInterfaceId')),
    ...template
      .ofType('AWS::EC2::Instance')
      .flatMap((each) =>
        items(each.get('NetworkInterfaces')).flatMap((one) =>
          typeof one === 'object' && one !== null && 'NetworkInterfaceId' in one
            ? [one.NetworkInterfaceId]
            : [],
        ),
      ),
  ];
  return new Set(values.flatMap((value) => (value instanceof Reference ? [value.id] : [])));
}

function natSubnets(parts: Parts): Map<string, Subnet> {
  return new Map(
    parts.template.ofType('AWS::EC2::NatGateway').flatMap((nat) => {
      const [subnet] =
        textOf(nat.get('AvailabilityMode')) === 'regional'
          ? [parts.subnets.ofRegionalNat(nat)]
          : parts.subnets.of(nat.get('SubnetId'), undefined, nat.id);
      return subnet === undefined ? [] : [[nat.id, subnet] as const];
    }),
  );
}

/** A peering connection connects its two VPCs, a transit gateway all that are attached to it. */
function joins(template: Template, target: Target, a: Vpc, b: Vpc): boolean {
  if (target.kind !== 'peer' || a.resource === undefined || b.resource === undefined) return false;
  const peering = template.find(target.id);
  if (peering?.type === 'AWS::EC2::VPCPeeringConnection') {
    const ends = [peering.get('VpcId'), peering.get('PeerVpcId')].map((value) =>
      template.referred(value, 'AWS::EC2::VPC'),
    );
    return ends.includes(a.resource) && ends.includes(b.resource);
  }
  const attached = template
    .ofType('AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment')
    .filter((each) => {
      const gateway = each.get('TransitGatewayId');
      return gateway instanceof Reference && gateway.id === target.id;
    })
    .map((each) => template.referred(each.get('VpcId'), 'AWS::EC2::VPC'));
  return attached.includes(a.resource) && attached.includes(b.resource);
}
