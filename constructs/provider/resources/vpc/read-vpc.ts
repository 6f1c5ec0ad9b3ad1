import {
  DescribeDhcpOptionsCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInternetGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DescribeVpnGatewaysCommand,
  type EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { VpcState } from './state';

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
      return (await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs ?? [];
    } catch (error) {
      if ((error as Error).name === 'InvalidVpcID.NotFound') return [];
      throw error;
    }
  });
  const [vpc] = vpcs;
  if (!vpc) return undefined;
  const dns = await ask('ec2:DescribeVpcAttribute', () =>
    ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsSupport' })),
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
  const { SecurityGroups = [] } = await ask('ec2:DescribeSecurityGroups', () =>
    ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
  );
  return SecurityGroups[0]?.GroupId;
}

async function dhcpOptions({ ec2, ask, isOwn }: Reading, id = 'default'): Promise<string> {
  if (id === 'default') return id;
  const { DhcpOptions = [] } = await ask('ec2:DescribeDhcpOptions', () =>
    ec2.send(new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [id] })),
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

async function foreign(reading: Reading, vpcId: string): Promise<VpcState['foreign']> {
  const found: Found[] = [];
  for (const [action, list] of LISTS) {
    found.push(...(await reading.ask(`ec2:${action}`, () => list(reading.ec2, vpcId))));
  }
  return found
    .filter(({ state, tags, id }) => !isGone(state) && !reading.isOwn(tagsOf(tags), id))
    .map(({ what, id = 'without an id' }) => ({ what, id }));
}

/** Everything that lets somebody or something into a VPC; whatever has an address in it stands in a subnet. */
const LISTS: readonly (readonly [action: string, list: (ec2: Ec2, vpcId: string) => Promise<Found[]>])[] = [
  [
    'DescribeSubnets',
    (ec2, vpcId) =>
      pages(
        (NextToken) =>
          ec2.send(new DescribeSubnetsCommand({ Filters: [filter('vpc-id', vpcId)], NextToken })),
        ({ Subnets = [] }) => Subnets.map(({ SubnetId: id, Tags: tags }) => ({ what: 'a subnet', id, tags })),
      ),
  ],
  [
    'DescribeVpcEndpoints',
    (ec2, vpcId) =>
      pages(
        (NextToken) =>
          ec2.send(new DescribeVpcEndpointsCommand({ Filters: [filter('vpc-id', vpcId)], NextToken })),
        ({ VpcEndpoints = [] }) =>
          VpcEndpoints.map(({ VpcEndpointId: id, State: state, Tags: tags }) => ({
            what: 'an endpoint',
            id,
            state,
            tags,
          })),
      ),
  ],
  [
    'DescribeVpcPeeringConnections',
    async (ec2, vpcId) => {
      const sides = ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'].map((name) =>
        pages(
          (NextToken) =>
            ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters: [filter(name, vpcId)], NextToken })),
          ({ VpcPeeringConnections = [] }) =>
            VpcPeeringConnections.map(({ VpcPeeringConnectionId: id, Status }) => ({
              what: 'a peering connection',
              id,
              state: Status?.Code,
            })),
        ),
      );
      return (await Promise.all(sides)).flat();
    },
  ],
  [
    'DescribeInternetGateways',
    (ec2, vpcId) =>
      pages(
        (NextToken) =>
          ec2.send(
            new DescribeInternetGatewaysCommand({ Filters: [filter('attachment.vpc-id', vpcId)], NextToken }),
          ),
        ({ InternetGateways = [] }) =>
          InternetGateways.map(({ InternetGatewayId: id, Tags: tags }) => ({
            what: 'an internet gateway',
            id,
            tags,
          })),
      ),
  ],
  [
    'DescribeEgressOnlyInternetGateways',
    (ec2, vpcId) =>
      pages(
        (NextToken) => ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({ NextToken })),
        ({ EgressOnlyInternetGateways = [] }) =>
          EgressOnlyInternetGateways.filter(({ Attachments = [] }) =>
            Attachments.some(({ VpcId }) => VpcId === vpcId),
          ).map(({ EgressOnlyInternetGatewayId: id, Tags: tags }) => ({
            what: 'an egress-only internet gateway',
            id,
            tags,
          })),
      ),
  ],
  [
    'DescribeVpnGateways',
    async (ec2, vpcId) => {
      const Filters = [filter('attachment.vpc-id', vpcId)];
      const { VpnGateways = [] } = await ec2.send(new DescribeVpnGatewaysCommand({ Filters }));
      return VpnGateways.map(({ VpnGatewayId: id, State: state, VpcAttachments = [] }) => ({
        what: 'a virtual private gateway',
        id,
        state: VpcAttachments.find(({ VpcId }) => VpcId === vpcId)?.State ?? state,
      }));
    },
  ],
  [
    'DescribeTransitGatewayVpcAttachments',
    (ec2, vpcId) =>
      pages(
        (NextToken) =>
          ec2.send(
            new DescribeTransitGatewayVpcAttachmentsCommand({
              Filters: [filter('vpc-id', vpcId)],
              NextToken,
            }),
          ),
        ({ TransitGatewayVpcAttachments = [] }) =>
          TransitGatewayVpcAttachments.map(
            ({ TransitGatewayAttachmentId: id, State: state, Tags: tags }) => ({
              what: 'a Transit Gateway attachment',
              id,
              state,
              tags,
            }),
          ),
      ),
  ],
];

async function pages<P extends { NextToken?: string }>(
  page: (token: string | undefined) => Promise<P>,
  read: (page: P) => Found[],
): Promise<Found[]> {
  const all: Found[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    all.push(...read(answer));
    token = answer.NextToken;
  } while (token);
  return all;
}

function filter(Name: string, value: string) {
  return { Name, Values: [value] };
}

function isGone(state: string | undefined): boolean {
  return GONE.includes(state?.toLowerCase() ?? '') || /^disassociat/.test(state ?? '');
}

function tagsOf(tags: readonly Tag[] = []): ReadonlyMap<string, string> {
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
