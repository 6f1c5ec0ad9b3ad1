import type { EC2Client, Tag } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { TAG_STACK } from '../../../constructs/names';
import type { Quota } from '../../quotas/quotas';
import { isStandard } from '../../quotas/vcpus';
import { type Ask, asking, everyPage } from '../preflight/asking';
import type { LiveAccount, LivePool, LiveTransitGateway } from './live';

export interface AccountClients {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
  readonly quotas: Pick<ServiceQuotasClient, 'send'>;
}

/** Reads the account. */
export function awsAccount(clients: AccountClients, region: string, stack: string): LiveAccount {
  const { ec2 } = clients;
  const ask = asking(region);
  return {
    region,
    quota: (quota) => quotaValue(clients.quotas, ask, quota),
    used: async (quota) => {
      const count = USED[quota.code];
      return count ? count(ec2, ask, (tags) => tagsOf(tags).get(TAG_STACK) === stack) : 0;
    },
    transitGateway: (id) => transitGateway(ec2, ask, id, stack),
    ipamPool: (id) => ipamPool(ec2, ask, id, stack),
    vpc: async (id) => {
      // Imported here, because the SDK is slow to load.
      const { readVpc } = await import('../../../constructs/provider/resources/vpc/read-vpc');
      const isOwn = (tags: ReadonlyMap<string, string>) =>
        tags.get('aws:cloudformation:stack-name') === stack;
      return readVpc({ ec2, ask: (action, call) => ask(action, call), isOwn }, id);
    },
    boundary: (arn) => boundary(clients.iam, ask, arn),
  };
}

type Ec2 = Pick<EC2Client, 'send'>;
type IsOwn = (tags: readonly Tag[] | undefined) => boolean;

async function quotaValue(client: AccountClients['quotas'], ask: Ask, { service, code, byDefault }: Quota) {
  const { GetServiceQuotaCommand } = await import('@aws-sdk/client-service-quotas');
  const command = new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code });
  return ask('servicequotas:GetServiceQuota', async () => {
    try {
      return (await client.send(command)).Quota?.Value ?? byDefault;
    } catch (error) {
      // The quota has its default, and this Region doesn't list it.
      if ((error as Error).name === 'NoSuchResourceException') return byDefault;
      throw error;
    }
  });
}

/** By the quota's code. */
const USED: Readonly<Record<string, (ec2: Ec2, ask: Ask, isOwn: IsOwn) => Promise<number>>> = {
  'L-1216C47A': async (ec2, ask, isOwn) => {
    const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
    const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
    const instances = await everyPage(
      (NextToken) =>
        ask('ec2:DescribeInstances', () => ec2.send(new DescribeInstancesCommand({ Filters, NextToken }))),
      ({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances),
    );
    return instances
      .filter(({ InstanceType = '', InstanceLifecycle }) => isStandard(InstanceType) && !InstanceLifecycle)
      .filter(({ Tags }) => !isOwn(Tags))
      .reduce((sum, { CpuOptions: cpu }) => sum + (cpu?.CoreCount ?? 1) * (cpu?.ThreadsPerCore ?? 1), 0);
  },
  'L-0263D0A3': async (ec2, ask, isOwn) => {
    const { DescribeAddressesCommand } = await import('@aws-sdk/client-ec2');
    const { Addresses = [] } = await ask('ec2:DescribeAddresses', () =>
      ec2.send(new DescribeAddressesCommand({})),
    );
    return Addresses.filter(({ Tags }) => !isOwn(Tags)).length;
  },
  'L-F678F1CE': async (ec2, ask, isOwn) => (await vpcs(ec2, ask)).filter(({ Tags }) => !isOwn(Tags)).length,
  'L-A4707A72': async (ec2, ask, isOwn) => {
    const { DescribeInternetGatewaysCommand } = await import('@aws-sdk/client-ec2');
    const gateways = await everyPage(
      (NextToken) =>
        ask('ec2:DescribeInternetGateways', () =>
          ec2.send(new DescribeInternetGatewaysCommand({ NextToken })),
        ),
      ({ InternetGateways = [] }) => InternetGateways,
    );
    return gateways.filter(({ Tags }) => !isOwn(Tags)).length;
  },
};

async function vpcs(ec2: Ec2, ask: Ask, ids?: string[]) {
  const { DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  return everyPage(
    (NextToken) =>
      ask('ec2:DescribeVpcs', () => ec2.send(new DescribeVpcsCommand({ VpcIds: ids, NextToken }))),
    ({ Vpcs = [] }) => Vpcs,
  );
}

async function transitGateway(
  ec2: Ec2,
  ask: Ask,
  id: string,
  stack: string,
): Promise<LiveTransitGateway | undefined> {
  const { DescribeTransitGatewaysCommand, DescribeTransitGatewayVpcAttachmentsCommand } = await import(
    '@aws-sdk/client-ec2'
  );
  const found = await orNothing(ask, 'ec2:DescribeTransitGateways', 'InvalidTransitGatewayID', () =>
    ec2.send(new DescribeTransitGatewaysCommand({ TransitGatewayIds: [id] })),
  );
  const gateway = found?.TransitGateways?.[0];
  if (!gateway) return undefined;
  const Filters = [{ Name: 'transit-gateway-id', Values: [id] }];
  const attachments = await everyPage(
    (NextToken) =>
      ask('ec2:DescribeTransitGatewayVpcAttachments', () =>
        ec2.send(new DescribeTransitGatewayVpcAttachmentsCommand({ Filters, NextToken })),
      ),
    ({ TransitGatewayVpcAttachments = [] }) => TransitGatewayVpcAttachments,
  );
  const attached = new Set(
    attachments.filter(({ Tags }) => tagsOf(Tags).get(TAG_STACK) !== stack).map(({ VpcId }) => VpcId),
  );
  const neighbours =
    attached.size === 0 ? [] : (await vpcs(ec2, ask)).filter(({ VpcId }) => attached.has(VpcId));
  return {
    state: gateway.State ?? 'in no state',
    owner: gateway.OwnerId ?? 'of nobody',
    acceptsByItself: gateway.Options?.AutoAcceptSharedAttachments === 'enable',
    neighbours: neighbours.map(({ VpcId = '', CidrBlockAssociationSet = [] }) => ({
      vpc: VpcId,
      blocks: CidrBlockAssociationSet.map(({ CidrBlock = '' }) => CidrBlock),
    })),
  };
}

async function ipamPool(ec2: Ec2, ask: Ask, id: string, stack: string): Promise<LivePool | undefined> {
  const { DescribeIpamPoolsCommand, GetIpamPoolCidrsCommand, GetIpamPoolAllocationsCommand } = await import(
    '@aws-sdk/client-ec2'
  );
  const found = await orNothing(ask, 'ec2:DescribeIpamPools', 'InvalidIpamPoolId', () =>
    ec2.send(new DescribeIpamPoolsCommand({ IpamPoolIds: [id] })),
  );
  const pool = found?.IpamPools?.[0];
  if (!pool) return undefined;
  const cidrs = await everyPage(
    (NextToken) =>
      ask('ec2:GetIpamPoolCidrs', () => ec2.send(new GetIpamPoolCidrsCommand({ IpamPoolId: id, NextToken }))),
    ({ IpamPoolCidrs = [] }) => IpamPoolCidrs,
  );
  const given = await everyPage(
    (NextToken) =>
      ask('ec2:GetIpamPoolAllocations', () =>
        ec2.send(new GetIpamPoolAllocationsCommand({ IpamPoolId: id, NextToken })),
      ),
    ({ IpamPoolAllocations = [] }) => IpamPoolAllocations,
  );
  const own = new Set(
    (await vpcs(ec2, ask))
      .filter(({ Tags }) => tagsOf(Tags).get(TAG_STACK) === stack)
      .map(({ VpcId }) => VpcId),
  );
  return {
    state: pool.State ?? 'in no state',
    locale: pool.Locale ?? 'no region',
    isIpv4: pool.AddressFamily === 'ipv4',
    blocks: cidrs.filter(({ State }) => State === 'provisioned').map(({ Cidr = '' }) => Cidr),
    given: given.filter(({ ResourceId }) => !own.has(ResourceId)).map(({ Cidr = '' }) => Cidr),
  };
}

async function boundary(iam: AccountClients['iam'], ask: Ask, PolicyArn: string): Promise<unknown> {
  const { GetPolicyCommand, GetPolicyVersionCommand } = await import('@aws-sdk/client-iam');
  const { Policy } = await ask('iam:GetPolicy', () => iam.send(new GetPolicyCommand({ PolicyArn })), {
    name: 'NoSuchEntityException',
    message: `there is no policy ${PolicyArn}`,
    fix: 'write the ARN of one in permissionsBoundary',
  });
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await ask('iam:GetPolicyVersion', () =>
    iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
  );
  return JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '{}'));
}

/** An id that AWS doesn't know, or whose resource isn't shared with the account. */
function orNothing<T>(
  ask: Ask,
  action: string,
  error: string,
  call: () => Promise<T>,
): Promise<T | undefined> {
  return ask(action, async () => {
    try {
      return await call();
    } catch (failure) {
      if ((failure as Error).name.startsWith(error)) return undefined;
      throw failure;
    }
  });
}

function tagsOf(tags: readonly Tag[] = []): ReadonlyMap<string, string> {
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
