import type { Tag } from '@aws-sdk/client-ec2';
import { TAG_STACK } from '../../../constructs/names';
import { readVpc } from '../../../constructs/provider/resources/vpc/read-vpc';
import type { Quota } from '../../quotas/quotas';
import { isStandard } from '../../quotas/vcpus';
import type { Aws } from '../aws';
import { instancesOf, tagOf } from '../ec2-tags';

/** The account that a stack is deployed into. `undefined` means that there is none. */
export type LiveAccount = ReturnType<typeof awsAccount>;

export function awsAccount(aws: Aws, stack: string) {
  return {
    region: aws.region,
    quota: (quota: Quota) => quotaValue(aws, quota),
    /** How much of a quota is in use, this stack left out. */
    used: async (quota: Quota) => {
      const found = (await USED[quota.code]?.(aws)) ?? [];
      return found.reduce(
        (sum, { Tags, count = 1 }) => sum + (tagOf(Tags, TAG_STACK) === stack ? 0 : count),
        0,
      );
    },
    transitGateway: (id: string) => transitGateway(aws, id, stack),
    ipamPool: (id: string) => ipamPool(aws, id, stack),
    vpc: (id: string) => {
      const isOwn = (tags: ReadonlyMap<string, string>) =>
        tags.get('aws:cloudformation:stack-name') === stack;
      return readVpc({ ec2: aws.client('ec2'), ask: aws.ask, isOwn }, id);
    },
    /** The policy's document in force. */
    boundary: (arn: string) => boundary(aws, arn),
  };
}

async function quotaValue(aws: Aws, { service, code, byDefault }: Quota): Promise<number> {
  const input = { ServiceCode: service, QuotaCode: code };
  // A quota that this Region doesn't list has its default.
  const isUnlisted = ({ name }: Error) => name === 'NoSuchResourceException';
  const found = await aws.find('servicequotas:GetServiceQuota', input, isUnlisted);
  return found?.Quota?.Value ?? byDefault;
}

/** What counts against a quota, by the quota's code. */
const USED: Readonly<
  Record<string, (aws: Aws) => Promise<readonly { readonly Tags?: Tag[]; readonly count?: number }[]>>
> = {
  'L-1216C47A': async (aws) => {
    const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
    return (await instancesOf(aws, Filters))
      .filter(({ InstanceType = '', InstanceLifecycle }) => isStandard(InstanceType) && !InstanceLifecycle)
      .map(({ Tags, CpuOptions: cpu }) => ({
        Tags,
        count: (cpu?.CoreCount ?? 1) * (cpu?.ThreadsPerCore ?? 1),
      }));
  },
  'L-0263D0A3': async (aws) => (await aws.call('ec2:DescribeAddresses', {})).Addresses ?? [],
  'L-F678F1CE': (aws) => vpcs(aws),
  'L-A4707A72': (aws) => aws.list('ec2:DescribeInternetGateways', {}, (page) => page.InternetGateways),
};

function vpcs(aws: Aws) {
  return aws.list('ec2:DescribeVpcs', {}, ({ Vpcs }) => Vpcs);
}

/** An id that AWS doesn't know, or whose resource isn't shared with the account, has no resource. */
async function transitGateway(aws: Aws, id: string, stack: string) {
  const found = await aws.find('ec2:DescribeTransitGateways', { TransitGatewayIds: [id] }, ({ name }) =>
    name.startsWith('InvalidTransitGatewayID'),
  );
  const gateway = found?.TransitGateways?.[0];
  if (!gateway) return undefined;
  const Filters = [{ Name: 'transit-gateway-id', Values: [id] }];
  const attachments = await aws.list(
    'ec2:DescribeTransitGatewayVpcAttachments',
    { Filters },
    (page) => page.TransitGatewayVpcAttachments,
  );
  const attached = new Set(
    attachments.filter(({ Tags }) => tagOf(Tags, TAG_STACK) !== stack).map(({ VpcId }) => VpcId),
  );
  const neighbours = attached.size === 0 ? [] : (await vpcs(aws)).filter(({ VpcId }) => attached.has(VpcId));
  return {
    state: gateway.State ?? 'in no state',
    owner: gateway.OwnerId ?? 'of nobody',
    acceptsByItself: gateway.Options?.AutoAcceptSharedAttachments === 'enable',
    /** VPCs of this account that are attached to it, this stack's own left out. */
    neighbours: neighbours.map(({ VpcId = '', CidrBlockAssociationSet = [] }) => ({
      vpc: VpcId,
      blocks: CidrBlockAssociationSet.map(({ CidrBlock = '' }) => CidrBlock),
    })),
  };
}

async function ipamPool(aws: Aws, id: string, stack: string) {
  const found = await aws.find('ec2:DescribeIpamPools', { IpamPoolIds: [id] }, ({ name }) =>
    name.startsWith('InvalidIpamPoolId'),
  );
  const pool = found?.IpamPools?.[0];
  if (!pool) return undefined;
  const of = { IpamPoolId: id };
  const cidrs = await aws.list('ec2:GetIpamPoolCidrs', of, ({ IpamPoolCidrs }) => IpamPoolCidrs);
  const given = await aws.list('ec2:GetIpamPoolAllocations', of, (page) => page.IpamPoolAllocations);
  const own = new Set(
    (await vpcs(aws)).filter(({ Tags }) => tagOf(Tags, TAG_STACK) === stack).map(({ VpcId }) => VpcId),
  );
  return {
    state: pool.State ?? 'in no state',
    locale: pool.Locale ?? 'no region',
    isIpv4: pool.AddressFamily === 'ipv4',
    /** Blocks that it may give from. */
    blocks: cidrs.filter(({ State }) => State === 'provisioned').map(({ Cidr = '' }) => Cidr),
    /** What it has given, this stack's own VPC left out. */
    given: given.filter(({ ResourceId }) => !own.has(ResourceId)).map(({ Cidr = '' }) => Cidr),
  };
}

async function boundary(aws: Aws, PolicyArn: string): Promise<unknown> {
  const missing = {
    name: 'NoSuchEntityException',
    message: `there is no policy ${PolicyArn}`,
    fix: 'write the ARN of one in permissionsBoundary',
  };
  const { Policy } = await aws.call('iam:GetPolicy', { PolicyArn }, { missing });
  const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
  const { PolicyVersion } = await aws.call('iam:GetPolicyVersion', version);
  return JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '{}'));
}
