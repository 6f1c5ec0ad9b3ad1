import type { IpPermission, NetworkAclEntry, Route } from '@aws-sdk/client-ec2';
import { readVpc } from '../../../../constructs/provider/resources/vpc/read-vpc';
import type { VpcState } from '../../../../constructs/provider/resources/vpc/state';
import type { Aws } from '../../aws';
import { aclText, portsText, protocolText, ruleText } from '../rule-text';

const inVpc = (vpc: string) => ({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] });

/** What the VPC has besides the stack's, by the ids of what the stack made. */
export function vpcOf(aws: Aws, vpc: string, ids: ReadonlySet<string>): Promise<VpcState | undefined> {
  const isOwn = (_: ReadonlyMap<string, string>, id?: string) => id !== undefined && ids.has(id);
  return readVpc({ ec2: aws.client('ec2'), ask: aws.ask, isOwn }, vpc);
}

export async function subnetsOf(aws: Aws, vpc: string) {
  const subnets = await aws.list('ec2:DescribeSubnets', inVpc(vpc), ({ Subnets }) => Subnets);
  return subnets.map(({ SubnetId = '', CidrBlock = '', MapPublicIpOnLaunch, ...ipv6 }) => ({
    id: SubnetId,
    cidr: CidrBlock,
    givesPublicAddress: MapPublicIpOnLaunch === true,
    hasIpv6:
      ipv6.AssignIpv6AddressOnCreation === true ||
      (ipv6.Ipv6CidrBlockAssociationSet ?? []).some(
        ({ Ipv6CidrBlockState }) => !/^(dis|fail)/.test(Ipv6CidrBlockState?.State ?? ''),
      ),
  }));
}

export type LiveRouteTable = Awaited<ReturnType<typeof routeTablesOf>>[number];

export async function routeTablesOf(aws: Aws, vpc: string) {
  const tables = await aws.list('ec2:DescribeRouteTables', inVpc(vpc), ({ RouteTables }) => RouteTables);
  return tables.map(({ RouteTableId = '', Associations = [], Routes = [], PropagatingVgws = [] }) => ({
    id: RouteTableId,
    /** Subnets and gateways. */
    users: Associations.flatMap(({ SubnetId, GatewayId }) => SubnetId ?? GatewayId ?? []).sort(),
    /** Such as `0.0.0.0/0 to igw-1`, without the VPC's own route. */
    routes: [
      ...Routes.filter(({ GatewayId }) => GatewayId !== 'local').map(routeText),
      ...PropagatingVgws.map(({ GatewayId }) => `whatever ${GatewayId} propagates`),
    ].sort(),
  }));
}

/** Its blocks; undefined when there is no such list. */
export async function prefixListEntriesOf(aws: Aws, id: string): Promise<string[] | undefined> {
  const entries = await aws.list(
    'ec2:GetManagedPrefixListEntries',
    { PrefixListId: id },
    ({ Entries }) => Entries,
    ({ name }) => name === 'InvalidPrefixListID.NotFound',
  );
  return entries?.map(({ Cidr = '' }) => Cidr);
}

function routeText(route: Route): string {
  const to =
    route.DestinationCidrBlock ??
    route.DestinationIpv6CidrBlock ??
    route.DestinationPrefixListId ??
    'unknown';
  const via =
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.EgressOnlyInternetGatewayId ??
    route.CarrierGatewayId ??
    route.LocalGatewayId ??
    route.CoreNetworkArn ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    route.GatewayId ??
    'nothing';
  return `${to} to ${via}`;
}

export async function aclsOf(aws: Aws, vpc: string) {
  const acls = await aws.list('ec2:DescribeNetworkAcls', inVpc(vpc), ({ NetworkAcls }) => NetworkAcls);
  return acls.map(({ NetworkAclId = '', Associations = [], Entries = [] }) => ({
    id: NetworkAclId,
    subnets: Associations.flatMap(({ SubnetId }) => SubnetId ?? []).sort(),
    // Every ACL ends with AWS's own entry, which denies the rest.
    entries: Entries.filter(({ RuleNumber = 0 }) => RuleNumber < 32767)
      .map(entryText)
      .sort(),
  }));
}

function entryText(entry: NetworkAclEntry): string {
  return aclText({
    number: entry.RuleNumber,
    isOut: entry.Egress === true,
    action: entry.RuleAction,
    protocol: entry.Protocol,
    cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock,
    ports: entry.PortRange && [entry.PortRange.From, entry.PortRange.To],
    icmp: entry.IcmpTypeCode && [entry.IcmpTypeCode.Type, entry.IcmpTypeCode.Code],
  });
}

export async function groupsOf(aws: Aws, vpc: string) {
  const groups = await aws.list(
    'ec2:DescribeSecurityGroups',
    inVpc(vpc),
    ({ SecurityGroups }) => SecurityGroups,
  );
  return groups.map(({ GroupId = '', GroupName, IpPermissions = [], IpPermissionsEgress = [] }) => ({
    id: GroupId,
    isDefault: GroupName === 'default',
    rulesIn: IpPermissions.flatMap(permissionTexts).sort(),
    rulesOut: IpPermissionsEgress.flatMap(permissionTexts).sort(),
  }));
}

/** One text for each peer, as a rule of the template has one peer. */
function permissionTexts(permission: IpPermission): string[] {
  const what = `${protocolText(permission.IpProtocol)}${portsText(permission.FromPort, permission.ToPort)}`;
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
  ].map((peer) => ruleText(what, peer));
}

export async function interfacesOf(aws: Aws, vpc: string) {
  const interfaces = await aws.list(
    'ec2:DescribeNetworkInterfaces',
    inVpc(vpc),
    ({ NetworkInterfaces }) => NetworkInterfaces,
  );
  return interfaces.map((each) => ({
    id: each.NetworkInterfaceId ?? '',
    /** AWS's word, such as `nat_gateway`. */
    type: each.InterfaceType ?? 'interface',
    instance: each.Attachment?.InstanceId,
    groups: (each.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []).sort(),
    subnet: each.SubnetId ?? '',
    publicAddresses: [
      ...new Set([
        ...[
          each.Association,
          ...(each.PrivateIpAddresses ?? []).map(({ Association }) => Association),
        ].flatMap((association) => association?.PublicIp ?? association?.CarrierIp ?? []),
        ...(each.Ipv6Addresses ?? []).flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
      ]),
    ],
    /** False on an interface that may forward packets of others. */
    checksAddresses: each.SourceDestCheck !== false,
  }));
}
