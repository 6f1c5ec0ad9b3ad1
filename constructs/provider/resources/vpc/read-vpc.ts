import type { DescribeVpnGatewaysCommandOutput, EC2Client, Filter, Tag } from '@aws-sdk/client-ec2';
import type { VpcState } from './state';

/** Loaded by the first call: `airlock` has this file too, and most of its commands call nobody. */
const sdk = () => import('@aws-sdk/client-ec2');

type Ec2 = Pick<EC2Client, 'send'>;

/** Makes one call; whoever asks says what a failure of it means. */
export type Asking = <T>(action: string, call: () => Promise<T>) => Promise<T>;

export interface Reading {
  readonly ec2: Ec2;
  readonly ask: Asking;
  /** Whether something is the stack's, by its id or by tags of CloudFormation, which nobody else can write. */
  readonly isOwn: (tags: ReadonlyMap<string, string>, id?: string) => boolean;
}

const GONE = ['deleted', 'deleting', 'detached', 'detaching', 'expired', 'failed', 'rejected', 'rejecting'];

/** @returns nothing when the account knows no such VPC in the Region */
export async function readVpc(reading: Reading, vpcId: string): Promise<VpcState | undefined> {
  const { ec2, ask } = reading;
  const vpcs = await ask('ec2:DescribeVpcs', async () => {
    try {
      return (await ec2.send(new (await sdk()).DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs ?? [];
    } catch (error) {
      if ((error as Error).name === 'InvalidVpcID.NotFound') return [];
      throw error;
    }
  });
  const [vpc] = vpcs;
  if (!vpc) return undefined;
  const dns = await ask('ec2:DescribeVpcAttribute', async () =>
    ec2.send(new (await sdk()).DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsSupport' })),
  );
  return {
    owner: vpc.OwnerId ?? 'of nobody',
    isDefault: vpc.IsDefault === true,
    blocks: (vpc.CidrBlockAssociationSet ?? [])
      .filter(({ CidrBlockState }) => !isGone(CidrBlockState?.State))
      .map(({ CidrBlock = '' }) => CidrBlock),
    hasIpv6: (vpc.Ipv6CidrBlockAssociationSet ?? []).some(
      ({ Ipv6CidrBlockState }) => !isGone(Ipv6CidrBlockState?.State),
    ),

    dnsSupport: dns.EnableDnsSupport?.Value !== false,
    dhcpOptions: await dhcpOptions(reading, vpc.DhcpOptionsId),
    foreign: await foreign(reading, vpcId),
  };
}

/** The group that machines get for which nobody names one. */
export async function defaultSecurityGroupOf(
  { ec2, ask }: Reading,
  vpcId: string,
): Promise<string | undefined> {
  const Filters = [filter('vpc-id', vpcId), filter('group-name', 'default')];
  const { SecurityGroups = [] } = await ask('ec2:DescribeSecurityGroups', async () =>
    ec2.send(new (await sdk()).DescribeSecurityGroupsCommand({ Filters })),
  );
  return SecurityGroups[0]?.GroupId;
}

async function dhcpOptions({ ec2, ask, isOwn }: Reading, id = 'default'): Promise<string> {
  if (id === 'default') return id;
  const { DhcpOptions = [] } = await ask('ec2:DescribeDhcpOptions', async () =>
    ec2.send(new (await sdk()).DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id] })),
  );
  const [options] = DhcpOptions;
  if (isOwn(tagsOf(options?.Tags), id)) return 'own';
  const servers = options?.DhcpConfigurations?.find(({ Key }) => Key === 'domain-name-servers')?.Values ?? [];
  return servers.length === 1 && servers[0]?.Value === 'AmazonProvidedDNS' ? 'default' : id;
}

interface Found {
  readonly what: string;
  readonly id?: string;
  readonly state?: string;
  readonly tags?: readonly Tag[];
}

async function foreign({ ec2, ask, isOwn }: Reading, vpcId: string): Promise<VpcState['foreign']> {
  const found: Found[] = [];
  for (const { action, what, list } of LISTS) {
    const listed = await ask(`ec2:${action}`, () => list(ec2, vpcId));
    found.push(...listed.map((each) => ({ ...each, what })));
  }
  return found
    .filter(({ state, tags, id }) => !isGone(state) && !isOwn(tagsOf(tags), id))
    .map(({ what, id = 'without an id' }) => ({ what, id }));
}

type Seen = Omit<Found, 'what'>;

interface List {
  readonly action: string;
  readonly what: string;
  readonly list: (ec2: Ec2, vpcId: string) => Promise<Seen[]>;
}

/**
 * All pages of a list.
 *
 * @param filters each names the VPC in another way, and what any of them finds counts
 */
function listed<P extends { NextToken?: string }>(
  action: string,
  what: string,
  filters: readonly string[],
  page: (ec2: Ec2, input: { Filters?: Filter[]; NextToken?: string }) => Promise<P>,
  read: (page: P, vpcId: string) => Seen[],
): List {
  const list = async (ec2: Ec2, vpcId: string) => {
    const all: Seen[] = [];
    for (const Filters of filters.map((name) => [filter(name, vpcId)])) {
      let NextToken: string | undefined;
      do {
        const answer = await page(ec2, { Filters, NextToken });
        all.push(...read(answer, vpcId));
        NextToken = answer.NextToken;
      } while (NextToken);
    }
    return all;
  };
  return { action, what, list };
}

/** Everything that lets somebody or something into a VPC; whatever has an address in it stands in a subnet. */
const LISTS: readonly List[] = [
  listed(
    'DescribeSubnets',
    'a subnet',
    ['vpc-id'],
    async (ec2, input) => ec2.send(new (await sdk()).DescribeSubnetsCommand(input)),
    ({ Subnets = [] }) => Subnets.map(({ SubnetId: id, Tags: tags }) => ({ id, tags })),
  ),
  listed(
    'DescribeVpcEndpoints',
    'an endpoint',
    ['vpc-id'],
    async (ec2, input) => ec2.send(new (await sdk()).DescribeVpcEndpointsCommand(input)),
    ({ VpcEndpoints = [] }) =>
      VpcEndpoints.map(({ VpcEndpointId: id, State: state, Tags: tags }) => ({ id, state, tags })),
  ),
  listed(
    'DescribeVpcPeeringConnections',
    'a peering connection',
    ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'],
    async (ec2, input) => ec2.send(new (await sdk()).DescribeVpcPeeringConnectionsCommand(input)),
    ({ VpcPeeringConnections = [] }) =>
      VpcPeeringConnections.map(({ VpcPeeringConnectionId: id, Status }) => ({ id, state: Status?.Code })),
  ),
  listed(
    'DescribeInternetGateways',
    'an internet gateway',
    ['attachment.vpc-id'],
    async (ec2, input) => ec2.send(new (await sdk()).DescribeInternetGatewaysCommand(input)),
    ({ InternetGateways = [] }) =>
      InternetGateways.map(({ InternetGatewayId: id, Tags: tags }) => ({ id, tags })),
  ),
  listed(
    'DescribeEgressOnlyInternetGateways',
    'an egress-only internet gateway',
    // EC2 has no filter for the VPC here.
    [''],
    async (ec2, { NextToken }) =>
      ec2.send(new (await sdk()).DescribeEgressOnlyInternetGatewaysCommand({ NextToken })),
    ({ EgressOnlyInternetGateways = [] }, vpcId) =>
      EgressOnlyInternetGateways.filter(({ Attachments = [] }) =>
        Attachments.some(({ VpcId }) => VpcId === vpcId),
      ).map(({ EgressOnlyInternetGatewayId: id, Tags: tags }) => ({ id, tags })),
  ),
  listed(
    'DescribeVpnGateways',
    'a virtual private gateway',
    ['attachment.vpc-id'],
    // EC2 lists these on one page.
    async (ec2, { Filters }) => ({
      ...(await ec2.send(new (await sdk()).DescribeVpnGatewaysCommand({ Filters }))),
    }),
    ({ VpnGateways = [] }: DescribeVpnGatewaysCommandOutput & { NextToken?: string }, vpcId) =>
      VpnGateways.map(({ VpnGatewayId: id, State: state, VpcAttachments = [] }) => ({
        id,
        state: VpcAttachments.find(({ VpcId }) => VpcId === vpcId)?.State ?? state,
      })),
  ),
  listed(
    'DescribeTransitGatewayVpcAttachments',
    'a Transit Gateway attachment',
    ['vpc-id'],
    async (ec2, input) => ec2.send(new (await sdk()).DescribeTransitGatewayVpcAttachmentsCommand(input)),
    ({ TransitGatewayVpcAttachments = [] }) =>
      TransitGatewayVpcAttachments.map(({ TransitGatewayAttachmentId: id, State: state, Tags: tags }) => ({
        id,
        state,
        tags,
      })),
  ),
];

function filter(Name: string, value: string) {
  return { Name, Values: [value] };
}

function isGone(state: string | undefined): boolean {
  return GONE.includes(state?.toLowerCase() ?? '') || /^disassociat/.test(state ?? '');
}

function tagsOf(tags: readonly Tag[] = []): ReadonlyMap<string, string> {
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
