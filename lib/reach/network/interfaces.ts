import { type AddressRange, parseCidr } from '../../../constructs/address/cidr';
import type { Resource, Template } from '../template/template';
import { booleanOf, integerOf, items, Reference, textOf, type Value } from '../template/value';
import type { Interface, Subnet } from './model';
import type { Parts } from './parts';

/** Reads a property of an interface, wherever it is written. */
export type InterfaceSource = (property: string) => Value;

/** An interface in each subnet it may be in; one that is a resource of its own has its own properties. */
export function readInterface(
  parts: Parts,
  owner: Resource,
  source: InterfaceSource,
  zones?: Value,
): Interface[] {
  const existing = source('NetworkInterfaceId');
  if (existing !== undefined) {
    const resource = parts.template.referred(existing, 'AWS::EC2::NetworkInterface');
    return resource === undefined
      ? placed(parts, owner, { subnet: existing, groups: existing }, () => undefined)
      : placed(
          parts,
          owner,
          { subnet: resource.get('SubnetId'), groups: resource.get('GroupSet') },
          (property) =>
            // An existing interface gets no public address from its subnet.
            property === 'AssociatePublicIpAddress' ? false : resource.get(property),
          resource.id,
        );
  }
  const groups = source('GroupSet') ?? source('Groups');
  const listed = zones === undefined ? [] : items(zones);
  if (listed.length > 0) return listed.flatMap((subnet) => placed(parts, owner, { subnet, groups }, source));
  return placed(parts, owner, { subnet: source('SubnetId'), groups }, source);
}

function placed(
  parts: Parts,
  owner: Resource,
  where: { subnet: Value; groups: Value },
  source: InterfaceSource,
  interfaceId?: string,
): Interface[] {
  return parts.subnets.of(where.subnet, undefined, owner.id).map((subnet) => ({
    owner: owner.id,
    kind: 'machine',
    subnet,
    groups: parts.groups.of(where.groups, subnet.vpc.id),
    v4: addressOf(source('PrivateIpAddress'), subnet),
    v6: hasV6(source, subnet) ? subnet.v6 : undefined,
    publicV4: publicAddress(parts.template, owner, source, subnet, interfaceId),
  }));
}

function addressOf(value: Value, subnet: Subnet): AddressRange {
  return parseCidr(textOf(value) ?? '') ?? subnet.v4;
}

function hasV6(source: InterfaceSource, subnet: Subnet): boolean {
  if (subnet.v6 === undefined) return false;
  const asked = [
    source('Ipv6Addresses'),
    source('Ipv6AddressCount'),
    source('Ipv6PrefixCount'),
    source('Ipv6Prefixes'),
  ];
  return subnet.assignsV6 || asked.some((value) => value !== undefined && integerOf(value) !== 0);
}

function publicAddress(
  template: Template,
  owner: Resource,
  source: InterfaceSource,
  subnet: Subnet,
  interfaceId?: string,
): string | undefined {
  const elastic = elasticAddress(template, owner.id, interfaceId);
  if (elastic !== undefined) return elastic;
  const asked = source('AssociatePublicIpAddress');
  if (asked === undefined) return subnet.assignsPublicV4 ? `${subnet.id} gives public addresses` : undefined;
  if (booleanOf(asked) === false) return undefined;
  return booleanOf(asked) === true ? 'AssociatePublicIpAddress' : 'AssociatePublicIpAddress may be true';
}

function elasticAddress(template: Template, owner: string, interfaceId?: string): string | undefined {
  const names = (value: Value, id: string | undefined) =>
    id !== undefined && items(value).some((each) => each instanceof Reference && each.id === id);
  const found = [...template.ofType('AWS::EC2::EIP'), ...template.ofType('AWS::EC2::EIPAssociation')].find(
    (each) => names(each.get('InstanceId'), owner) || names(each.get('NetworkInterfaceId'), interfaceId),
  );
  return found?.id;
}

/** Whether the template gives the interface's own address, so that a `/32` names it. */
export function hasFixedAddress(each: Interface): boolean {
  return each.v4.addresses[0] === each.v4.addresses[1];
}
