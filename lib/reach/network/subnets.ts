import { type AddressRange, EVERY_V4, EVERY_V6, parseCidr } from '../../../constructs/address/cidr';
import type { Resource, Template } from '../template/template';
import {
  alternatives,
  booleanOf,
  describe,
  isUnknown,
  Reference,
  textOf,
  type Value,
} from '../template/value';
import { aclKey, OPEN_ACL, readAcl } from './acls';
import type { Acl, Route, RouteTable, Subnet, Vpc } from './model';
import { readRouteTable, slicesOf } from './route-tables';
import type { Vpcs } from './vpcs';

/** A block that no VPC has (RFC 7335): AWS doesn't say which address a regional NAT gateway has inside. */
const REGIONAL_NAT: AddressRange = parseCidr('192.0.0.0/29') as AddressRange;

/** Subnets of the template, and placeholders for those that it only names: they lead anywhere. */
export class Subnets {
  readonly known: readonly Subnet[];
  private readonly outside = new Map<string, Subnet>();
  private readonly tables = new Map<string, RouteTable>();
  private readonly acls = new Map<string, Acl>();

  constructor(
    private readonly template: Template,
    private readonly vpcs: Vpcs,
  ) {
    this.known = template.ofType('AWS::EC2::Subnet').map((resource) => this.read(resource));
  }

  /** The subnets that a value may name; `what` is the owner. */
  of(value: Value, vpc: Vpc | undefined, what: string): Subnet[] {
    return alternatives(value).map((each) => {
      const resource = this.template.referred(each, 'AWS::EC2::Subnet');
      const known = this.known.find((subnet) => subnet.resource === resource && resource !== undefined);
      if (known !== undefined) return known;
      if (each === undefined)
        return this.standIn(`a default subnet (${what} names none)`, this.vpcs.of(undefined));
      const source = isUnknown(each) ? each.reason : describe(each);
      return this.standIn(`an unknown subnet (${source})`, vpc ?? this.vpcs.of(each));
    });
  }

  /** A regional NAT gateway stands in none; what AWS gives it leads to the internet gateway, and no network ACL filters it. */
  ofRegionalNat(nat: Resource): Subnet {
    const id = `the regional NAT gateway ${nat.id}`;
    const route: Route = {
      id: nat.id,
      range: EVERY_V4,
      certain: true,
      target: { kind: 'internet-gateway', id },
      text: 'AWS leads it to the internet gateway',
    };
    return {
      id,
      vpc: this.vpcs.of(nat.get('VpcId')),
      v4: REGIONAL_NAT,
      assignsV6: false,
      assignsPublicV4: false,
      acl: OPEN_ACL,
      tables: [{ id, routes: [route], slices: slicesOf([route]) }],
    };
  }

  private standIn(id: string, vpc: Vpc): Subnet {
    const existing = this.outside.get(id);
    if (existing !== undefined) return existing;
    const route = {
      id,
      certain: true,
      target: { kind: 'unknown', id },
      text: 'its routes are unknown',
    } as const;
    const table = { id, routes: [route], slices: slicesOf([route]) };
    const subnet: Subnet = {
      id,
      vpc,
      v4: EVERY_V4,
      v6: EVERY_V6,
      assignsV6: true,
      assignsPublicV4: true,
      acl: OPEN_ACL,
      tables: [table],
    };
    this.outside.set(id, subnet);
    return subnet;
  }

  private read(resource: Resource): Subnet {
    const vpc = this.vpcs.of(resource.get('VpcId'));
    const block = resource.get('CidrBlock');
    const v4 = parseCidr(textOf(block) ?? '');
    if (v4 === undefined) this.template.assume(resource, 'CidrBlock', block, 'any address');
    const v6 = this.readV6(resource);
    return {
      id: resource.id,
      resource,
      vpc,
      v4: v4?.family === 4 ? v4 : vpc.blocks.length === 1 ? (vpc.blocks[0] as AddressRange) : EVERY_V4,
      v6,
      assignsV6: v6 !== undefined && !isFalse(resource.get('AssignIpv6AddressOnCreation')),
      assignsPublicV4: !isFalse(resource.get('MapPublicIpOnLaunch')),
      acl: this.aclOf(resource, vpc),
      tables: this.tablesOf(resource, vpc),
    };
  }

  /** Amazon usually chooses the block, so it is unknown. */
  private readV6(resource: Resource): AddressRange | undefined {
    const value = resource.get('Ipv6CidrBlock') ?? resource.get('Ipv6NetmaskLength');
    const further = this.template
      .ofType('AWS::EC2::SubnetCidrBlock')
      .find((block) => this.template.referred(block.get('SubnetId'), 'AWS::EC2::Subnet') === resource);
    if (value === undefined && further === undefined && isFalse(resource.get('Ipv6Native'))) return undefined;
    const range = parseCidr(textOf(value) ?? '');
    return range?.family === 6 ? range : EVERY_V6;
  }

  private aclOf(subnet: Resource, vpc: Vpc): Acl {
    const associations = this.template
      .ofType('AWS::EC2::SubnetNetworkAclAssociation')
      .filter((each) => refersTo(each.get('SubnetId'), subnet.id));
    const keys = associations.flatMap((each) => alternatives(each.get('NetworkAclId')));
    const certain = associations.every((each) => each.certain) && keys.length <= 1;
    const key = keys[0];
    if (key === undefined) return this.acl(`${vpc.id}.DefaultNetworkAcl`);
    if (!certain || !(key instanceof Reference)) {
      const [first] = associations;
      if (first !== undefined)
        this.template.assume(first, 'NetworkAclId', key, 'one that lets everything through');
      return OPEN_ACL;
    }
    return this.acl(aclKey(key));
  }

  private acl(key: string): Acl {
    const acl = this.acls.get(key) ?? readAcl(this.template, key);
    this.acls.set(key, acl);
    return acl;
  }

  private tablesOf(subnet: Resource, vpc: Vpc): RouteTable[] {
    const associations = this.template
      .ofType('AWS::EC2::SubnetRouteTableAssociation')
      .filter((each) => refersTo(each.get('SubnetId'), subnet.id));
    const found = associations.flatMap((association) =>
      alternatives(association.get('RouteTableId')).map((value) => {
        const table = this.template.referred(value, 'AWS::EC2::RouteTable');
        if (table === undefined)
          this.template.assume(association, 'RouteTableId', value, 'a table that leads anywhere');
        return table === undefined ? this.unknownTable(describe(value)) : this.table(table, vpc);
      }),
    );
    if (found.length === 0 || associations.some((each) => !each.certain)) found.push(this.table('main', vpc));
    return found;
  }

  private table(table: Resource | 'main', vpc: Vpc): RouteTable {
    const key = table === 'main' ? `${vpc.id} main` : table.id;
    const read = this.tables.get(key) ?? readRouteTable(this.template, table, vpc);
    this.tables.set(key, read);
    return read;
  }

  private unknownTable(id: string): RouteTable {
    const route = {
      id,
      certain: true,
      target: { kind: 'unknown', id },
      text: `route table ${id} is not in the template`,
    } as const;
    return { id, routes: [route], slices: slicesOf([route]) };
  }
}

/** Absent or false; anything else, unknown values included, counts as true. */
export function isFalse(value: Value): boolean {
  return value === undefined || booleanOf(value) === false;
}

function refersTo(value: Value, id: string): boolean {
  return alternatives(value).some((each) => each instanceof Reference && each.id === id);
}
