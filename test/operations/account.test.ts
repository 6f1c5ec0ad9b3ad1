import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Airlock } from '../../lib/config/model';
import { checkAccount } from '../../lib/operations/account/account';
import { awsAccount } from '../../lib/operations/account/aws-account';
import { takenAway } from '../../lib/operations/account/boundary';
import { freeBlocks } from '../../lib/operations/account/free-blocks';
import { rolePermissions } from '../../lib/operations/account/role-permissions';
import { pinned, templateOf, wayOut } from '../stack/synthesise';
import { airlockWith } from '../support/arbitrary-airlock';
import { awsError, awsWith } from '../support/aws';
import { temporary } from '../support/temporary';

const scratch = temporary();
const TEMPLATE = templateOf(pinned(airlockWith({})));
const template = join(scratch, 'template.json');
writeFileSync(template, JSON.stringify(TEMPLATE));

const OWN = [{ Key: 'airlock:stack', Value: 'airlock' }];
const TGW = 'tgw-0123456789abcdef0';
const POOL = 'ipam-pool-0123456789abcdef0';
const VPC = 'vpc-0123456789abcdef0';
const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';

/** AWS as far as the checks ask it; what a test doesn't care about is empty. */
type Answers = Record<string, object | Error | ((input: Record<string, unknown>) => object)>;

function client(answers: Answers) {
  return awsWith((operation, input) => {
    const answer = answers[operation] ?? {};
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(input) : answer;
  });
}

async function verdicts(change: Parameters<typeof airlockWith>[0], answers: Answers) {
  const airlock: Airlock = pinned(airlockWith(change));
  const aws = client({ GetServiceQuota: { Quota: { Value: 1000 } }, ...answers });
  const live = awsAccount(aws, airlock.name);
  const result = await checkAccount({ airlock, template, live });
  if (!('lines' in result)) throw new Error(result.message);
  return Object.fromEntries(
    result.lines.map((line) => [
      line.id,
      line.result === 'fail' ? `fail: ${line.reason}: ${line.fix}` : `${line.result}: ${line.reason}`,
    ]),
  );
}

describe('quotas', () => {
  const instance = (InstanceType: string, CoreCount: number, more: object = {}) => ({
    InstanceType,
    CpuOptions: { CoreCount, ThreadsPerCore: 1 },
    ...more,
  });

  test('count what others use, and not what this stack has already', async () => {
    const Instances = [
      instance('m7g.2xlarge', 8),
      instance('t4g.large', 2, { Tags: OWN }),
      instance('m7g.4xlarge', 16, { InstanceLifecycle: 'spot' }),
      instance('g5g.xlarge', 4),
    ];
    const found = await verdicts(
      {},
      {
        GetServiceQuota: ({ QuotaCode }) => ({ Quota: { Value: QuotaCode === 'L-1216C47A' ? 20 : 6 } }),
        DescribeInstances: { Reservations: [{ Instances }] },
        DescribeAddresses: { Addresses: [{ Tags: OWN }, { Tags: OWN }, {}, {}, {}, {}, {}] },
      },
    );
    expect(found['quota-L-1216C47A']).toBe('pass: the stack needs 10, others use 8, the quota is 20');
    expect(found['quota-L-0263D0A3']).toBe(
      'fail: the stack needs 2, others use 5, the quota is 6: ask for at least 7 of ec2 L-0263D0A3 in Service Quotas',
    );
  });

  test('without credentials one error stands for all checks', async () => {
    await expect(verdicts({}, { GetServiceQuota: awsError('CredentialsProviderError') })).rejects.toThrow(
      /^AWS accepted no credentials for servicequotas:GetServiceQuota in us-east-1: sign in/u,
    );
  });

  test('one that nobody has raised is taken at its default, and one that is denied is no pass', async () => {
    const found = await verdicts({}, { GetServiceQuota: awsError('NoSuchResourceException') });
    expect(found['quota-L-1216C47A']).toMatch(/^fail: the stack needs 10, others use 0, the quota is 5/);
    const denied = await verdicts({}, { GetServiceQuota: awsError('AccessDeniedException') });
    expect(denied['quota-L-F678F1CE']).toMatch(/^fail: AWS denied servicequotas:GetServiceQuota/);
  });

  test('what a configuration takes nothing of is not applicable', async () => {
    const found = await verdicts({ network: wayOut('transit-gateway') }, {});
    expect(found['quota-L-0263D0A3']).toBe('not applicable: this configuration takes none');
  });
});

describe('the Transit Gateway', () => {
  const OPEN = {
    State: 'available',
    OwnerId: '444455556666',
    Options: { AutoAcceptSharedAttachments: 'enable' },
  };
  const gateway = (change: object = {}): Answers => ({
    DescribeTransitGateways: { TransitGateways: [{ ...OPEN, ...change }] },
  });
  const verdict = async (answers: Answers, change: object = {}) =>
    (await verdicts({ network: wayOut('transit-gateway'), ...change }, answers))['transit-gateway'];

  test('of another region, or not shared, is one message', async () => {
    expect(await verdict({ DescribeTransitGateways: awsError('InvalidTransitGatewayID.NotFound') })).toBe(
      `fail: ${TGW} is not known in us-east-1 to this account: write the id of one of this region, and share it with the account (Resource Access Manager)`,
    );
  });

  test('must be available, and accept an attachment without a person', async () => {
    const waits = gateway({ Options: { AutoAcceptSharedAttachments: 'disable' } });
    const own = { env: { region: 'us-east-1', account: '444455556666' } };
    expect(await verdict(gateway())).toMatch(/^pass: /);
    expect(await verdict(gateway({ State: 'pending' }))).toMatch(/^fail: .* is pending/);
    expect(await verdict(waits)).toMatch(/^fail: .*waits for a person/);
    expect(await verdict(waits, own)).toMatch(/^pass: /);
  });

  test('must not lead to another VPC with the same addresses', async () => {
    const attached = (Tags: object[], CidrBlock: string) => ({
      ...gateway(),
      DescribeTransitGatewayVpcAttachments: { TransitGatewayVpcAttachments: [{ VpcId: 'vpc-1', Tags }] },
      DescribeVpcs: { Vpcs: [{ VpcId: 'vpc-1', CidrBlockAssociationSet: [{ CidrBlock }] }] },
    });
    const overlap = /^fail: network.cidr 10.64.0.0\/20 overlaps 10.64.8.0\/21 of vpc-1/;
    expect(await verdict(attached([], '10.64.8.0/21'))).toMatch(overlap);
    expect(await verdict(attached([], '10.65.0.0/20'))).toMatch(/^pass: /);
    expect(await verdict(attached(OWN, '10.64.0.0/20'))).toMatch(/^pass: /);
  });
});

describe('the IPAM pool', () => {
  const verdict = async (answers: Answers) =>
    (await verdicts({ network: { ipamPool: POOL } }, answers))['ipam-pool'];
  const FOUND = { State: 'create-complete', Locale: 'us-east-1', AddressFamily: 'ipv4' };
  const pool = (block: string, given: object = {}, change: object = {}): Answers => ({
    DescribeIpamPools: { IpamPools: [{ ...FOUND, ...change }] },
    GetIpamPoolCidrs: { IpamPoolCidrs: [{ Cidr: block, State: 'provisioned' }] },
    GetIpamPoolAllocations: {
      IpamPoolAllocations: Object.entries(given).map(([ResourceId, Cidr]) => ({ Cidr, ResourceId })),
    },
    DescribeVpcs: { Vpcs: [{ VpcId: 'vpc-own', Tags: OWN }] },
  });

  test.each([
    ['has one block', pool('10.64.0.0/20'), /^pass: 10.64.0.0\/20 is the one block/],
    ['has two', pool('10.64.0.0/19'), /need not give 10.64.0.0\/20: it has 10.64.0.0\/20, 10.64.16.0\/20/],
    ['gave the other', pool('10.64.0.0/19', { 'vpc-1': '10.64.16.0/21' }), /^pass: /],
    ['gave a part of it', pool('10.64.0.0/20', { 'vpc-1': '10.64.4.0/24' }), /none of that size/],
    ['gave it to this stack', pool('10.64.0.0/20', { 'vpc-own': '10.64.0.0/20' }), /^pass: /],
    [
      'is unknown',
      { DescribeIpamPools: awsError('InvalidIpamPoolId.NotFound') },
      /is not known in us-east-1/,
    ],
    ['is of another Region', pool('10.64.0.0/20', {}, { Locale: 'eu-west-1' }), /gives blocks to eu-west-1/],
    ['is of IPv6', pool('10.64.0.0/20', {}, { AddressFamily: 'ipv6' }), /IPv6/],
  ])('that %s', async (_, answers: Answers, expected) => {
    expect(await verdict(answers)).toMatch(expected);
  });
});

describe('the existing VPC', () => {
  const CidrBlockAssociationSet = [{ CidrBlock: '10.64.0.0/20', CidrBlockState: { State: 'associated' } }];
  const FOUND = { VpcId: VPC, OwnerId: '111122223333', CidrBlockAssociationSet };
  const verdict = async (more: Answers, Tags: object[] = []) => {
    const DescribeSubnets = { Subnets: [{ SubnetId: 'subnet-1', Tags }] };
    const answers = { DescribeVpcs: { Vpcs: [FOUND] }, DescribeSubnets, ...more };
    return (await verdicts({ network: { vpc: VPC } }, answers)).vpc;
  };

  test('is refused with the function’s own reasons, before a deployment', async () => {
    const foreign = /^fail: vpc-0123456789abcdef0: it has a subnet that isn't the stack's: subnet-1/;
    expect(await verdict({})).toMatch(foreign);
    expect(await verdict({}, [{ Key: 'aws:cloudformation:stack-name', Value: 'airlock' }])).toMatch(
      /^pass: /,
    );
    const unknown = { DescribeVpcs: awsError('InvalidVpcID.NotFound') };
    expect(await verdict(unknown)).toMatch(/is not known in us-east-1/);
  });
});

describe('the permissions boundary', () => {
  const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
  const allow = (Action: string | string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
  const verdict = async (answers: Answers) =>
    (await verdicts({ permissionsBoundary: BOUNDARY }, answers))['permissions-boundary'];
  const policy = (...statements: object[]): Answers => ({
    GetPolicy: { Policy: { DefaultVersionId: 'v3' } },
    GetPolicyVersion: ({ VersionId }) => ({
      PolicyVersion: {
        Document: VersionId === 'v3' ? encodeURIComponent(JSON.stringify(document(...statements))) : '{}',
      },
    }),
  });

  test('must allow what the roles are allowed, and the check names what it leaves out', async () => {
    expect(await verdict(policy(allow('*')))).toMatch(/^pass: it allows the \d+ actions/);
    expect(await verdict(policy(allow('*'), { Effect: 'Deny', Action: 'kms:De*', Resource: '*' }))).toBe(
      'fail: it leaves out kms:Decrypt: allow them in the boundary (docs/PERMISSIONS.md)',
    );
    const some = policy(allow(['logs:*', 'ssm:*', 's3:*', 'ec2:*']));
    expect(await verdict(some)).toMatch(/leaves out .*kms:Encrypt/);
  });

  test('that is not there is one message', async () => {
    expect(await verdict({ GetPolicy: awsError('NoSuchEntityException') })).toBe(
      `fail: there is no policy ${BOUNDARY}: write the ARN of one in permissionsBoundary`,
    );
  });

  const denies = (more: object) => document(allow('*'), { Effect: 'Deny', Action: '*', ...more });
  const NotAction = 'kms:Decrypt';
  test.each([
    ['a wildcard in another case', document(allow('KMS:decrypt')), []],
    ['one letter', document(allow('kms:Decryp?')), []],
    ['everything but something', document({ Effect: 'Allow', NotAction, Resource: '*' }), [NotAction]],
    ['a denial of one resource', denies({ Resource: 'arn:aws:s3:::x' }), []],
    ['a denial under a condition', denies({ Resource: '*', Condition: {} }), []],
    ['no statement', {}, ['kms:Decrypt']],
  ])('%s', (_, policy, left) => {
    expect(takenAway(policy, ['kms:Decrypt'])).toEqual(left);
  });

  test('the roles’ actions are read from the template, inline policies included', () => {
    // A template that somebody wrote by hand may hold a resource without content.
    const Resources = { ...TEMPLATE.Resources, Empty: null as never };
    const { actions, managedPolicies } = rolePermissions({ ...TEMPLATE, Resources });
    const some = ['kms:Decrypt', 'logs:PutLogEvents', 'ssm:GetParameters'];
    expect(actions).toEqual(expect.arrayContaining(some));
    expect(managedPolicies).toEqual(['service-role/AWSBackupServiceRolePolicyForBackup']);
  });
});

test('free blocks are aligned, and end with the pool', () => {
  const free = ['10.0.0.0/24', '10.0.2.0/24', '10.0.3.0/24'];
  expect(freeBlocks(['10.0.0.0/22'], ['10.0.1.0/24'], 24, 9)).toEqual(free);
  expect(freeBlocks(['10.0.0.0/24'], [], 20, 9)).toEqual([]);
});
