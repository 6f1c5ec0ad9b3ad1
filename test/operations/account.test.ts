import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Airlock } from '../../lib/config/model';
import { checkAccount } from '../../lib/operations/account/account';
import { awsAccount } from '../../lib/operations/account/aws-account';
import { takenAway } from '../../lib/operations/account/boundary';
import { freeBlocks } from '../../lib/operations/account/free-blocks';
import { rolePermissions } from '../../lib/operations/account/role-permissions';
import { pinned, templateOf, wayOut } from '../stack/synthesise';
import { airlockWith } from '../support/arbitrary-airlock';

const scratch = mkdtempSync(join(tmpdir(), 'airlock-'));
const TEMPLATE = templateOf(pinned(airlockWith({})));
const template = join(scratch, 'template.json');
writeFileSync(template, JSON.stringify(TEMPLATE));
afterAll(() => rmSync(scratch, { recursive: true }));

const OWN = [{ Key: 'airlock:stack', Value: 'airlock' }];
const TGW = 'tgw-0123456789abcdef0';
const POOL = 'ipam-pool-0123456789abcdef0';
const VPC = 'vpc-0123456789abcdef0';
const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';
const named = (name: string) => Object.assign(new Error('AWS says so'), { name });

/** AWS as far as the checks ask it; what a test doesn't care about is empty. */
type Answers = Record<string, object | Error | ((input: Record<string, unknown>) => object)>;

function client(answers: Answers) {
  return {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const answer = answers[command.constructor.name.replace(/Command$/, '')] ?? {};
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(command.input) : answer;
    },
  } as never;
}

async function verdicts(change: Parameters<typeof airlockWith>[0], answers: Answers) {
  const airlock: Airlock = pinned(airlockWith(change));
  const aws = client({ GetServiceQuota: { Quota: { Value: 1000 } }, ...answers });
  const live = awsAccount({ ec2: aws, iam: aws, quotas: aws }, 'us-east-1', airlock.name);
  const result = await checkAccount({ airlock, template, live });
  if (result.reason === 'no-template') throw new Error(result.message);
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
    const found = await verdicts(
      {},
      {
        GetServiceQuota: ({ QuotaCode }) => ({ Quota: { Value: QuotaCode === 'L-1216C47A' ? 20 : 6 } }),
        DescribeInstances: {
          Reservations: [
            {
              Instances: [
                instance('m7g.2xlarge', 8),
                instance('t4g.large', 2, { Tags: OWN }),
                instance('m7g.4xlarge', 16, { InstanceLifecycle: 'spot' }),
                instance('g5g.xlarge', 4),
              ],
            },
          ],
        },
        DescribeAddresses: { Addresses: [{ Tags: OWN }, { Tags: OWN }, {}, {}, {}, {}, {}] },
      },
    );
    expect(found['quota-L-1216C47A']).toBe('pass: the stack needs 10, others use 8, the quota is 20');
    expect(found['quota-L-0263D0A3']).toBe(
      'fail: the stack needs 2, others use 5, the quota is 6: ask for at least 7 of ec2 L-0263D0A3 in Service Quotas',
    );
  });

  test('one that nobody has raised is taken at its default, and one that is denied is no pass', async () => {
    const found = await verdicts({}, { GetServiceQuota: named('NoSuchResourceException') });
    expect(found['quota-L-1216C47A']).toMatch(/^fail: the stack needs 10, others use 0, the quota is 5/);
    expect(
      (await verdicts({}, { GetServiceQuota: named('AccessDeniedException') }))['quota-L-F678F1CE'],
    ).toMatch(/^fail: AWS denied servicequotas:GetServiceQuota/);
  });

  test('what a configuration takes nothing of is not applicable', async () => {
    const found = await verdicts({ network: wayOut('transit-gateway') }, {});
    expect(found['quota-L-0263D0A3']).toBe('not applicable: this configuration takes none');
  });
});

describe('the Transit Gateway', () => {
  const gateway = (change: object = {}) => ({
    TransitGateways: [
      {
        State: 'available',
        OwnerId: '444455556666',
        Options: { AutoAcceptSharedAttachments: 'enable' },
        ...change,
      },
    ],
  });
  const verdict = async (answers: Answers, change: object = {}) =>
    (await verdicts({ network: wayOut('transit-gateway'), ...change }, answers))['transit-gateway'];

  test('of another region, or not shared, is one message', async () => {
    expect(await verdict({ DescribeTransitGateways: named('InvalidTransitGatewayID.NotFound') })).toBe(
      `fail: ${TGW} is not known in us-east-1 to this account: write the id of one of this region, and share it with the account (Resource Access Manager)`,
    );
  });

  test('must be available, and accept an attachment without a person', async () => {
    expect(await verdict({ DescribeTransitGateways: gateway() })).toMatch(/^pass: /);
    expect(await verdict({ DescribeTransitGateways: gateway({ State: 'pending' }) })).toMatch(
      /^fail: .* is pending/,
    );
    const waits = gateway({ Options: { AutoAcceptSharedAttachments: 'disable' } });
    expect(await verdict({ DescribeTransitGateways: waits })).toMatch(/^fail: .*waits for a person/);
    const own = { env: { region: 'us-east-1', account: '444455556666' } };
    expect(await verdict({ DescribeTransitGateways: waits }, own)).toMatch(/^pass: /);
  });

  test('must not lead to another VPC with the same addresses', async () => {
    const attached = (Tags: object[], CidrBlock: string) => ({
      DescribeTransitGateways: gateway(),
      DescribeTransitGatewayVpcAttachments: { TransitGatewayVpcAttachments: [{ VpcId: 'vpc-1', Tags }] },
      DescribeVpcs: { Vpcs: [{ VpcId: 'vpc-1', CidrBlockAssociationSet: [{ CidrBlock }] }] },
    });
    expect(await verdict(attached([], '10.64.8.0/21'))).toMatch(
      /^fail: network.cidr 10.64.0.0\/20 overlaps 10.64.8.0\/21 of vpc-1/,
    );
    expect(await verdict(attached([], '10.65.0.0/20'))).toMatch(/^pass: /);
    expect(await verdict(attached(OWN, '10.64.0.0/20'))).toMatch(/^pass: /);
  });
});

describe('the IPAM pool', () => {
  const verdict = async (answers: Answers) =>
    (await verdicts({ network: { ipamPool: POOL } }, answers))['ipam-pool'];
  const pool = (blocks: string[], given: object[] = [], change: object = {}): Answers => ({
    DescribeIpamPools: {
      IpamPools: [{ State: 'create-complete', Locale: 'us-east-1', AddressFamily: 'ipv4', ...change }],
    },
    GetIpamPoolCidrs: { IpamPoolCidrs: blocks.map((Cidr) => ({ Cidr, State: 'provisioned' })) },
    GetIpamPoolAllocations: { IpamPoolAllocations: given },
    DescribeVpcs: { Vpcs: [{ VpcId: 'vpc-own', Tags: OWN }] },
  });

  test('must have the block, and no other that it could give instead', async () => {
    expect(await verdict(pool(['10.64.0.0/20']))).toMatch(/^pass: 10.64.0.0\/20 is the one block/);
    expect(await verdict(pool(['10.64.0.0/19']))).toMatch(
      /need not give 10.64.0.0\/20: it has 10.64.0.0\/20, 10.64.16.0\/20/,
    );
    expect(await verdict(pool(['10.64.0.0/19'], [{ Cidr: '10.64.16.0/21', ResourceId: 'vpc-1' }]))).toMatch(
      /^pass: /,
    );
    expect(await verdict(pool(['10.64.0.0/20'], [{ Cidr: '10.64.4.0/24', ResourceId: 'vpc-1' }]))).toMatch(
      /none of that size/,
    );
    expect(await verdict(pool(['10.64.0.0/20'], [{ Cidr: '10.64.0.0/20', ResourceId: 'vpc-own' }]))).toMatch(
      /^pass: /,
    );
  });

  test('must be known, of IPv4 and of the region', async () => {
    expect(await verdict({ DescribeIpamPools: named('InvalidIpamPoolId.NotFound') })).toMatch(
      /is not known in us-east-1/,
    );
    expect(await verdict(pool(['10.64.0.0/20'], [], { Locale: 'eu-west-1' }))).toMatch(
      /gives blocks to eu-west-1/,
    );
    expect(await verdict(pool(['10.64.0.0/20'], [], { AddressFamily: 'ipv6' }))).toMatch(/IPv6/);
  });
});

describe('the existing VPC', () => {
  const verdict = async (more: Answers, Tags: object[] = []) =>
    (
      await verdicts(
        { network: { vpc: VPC } },
        {
          DescribeVpcs: {
            Vpcs: [
              {
                VpcId: VPC,
                OwnerId: '111122223333',
                CidrBlockAssociationSet: [
                  { CidrBlock: '10.64.0.0/20', CidrBlockState: { State: 'associated' } },
                ],
              },
            ],
          },
          DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-1', Tags }] },
          ...more,
        },
      )
    ).vpc;

  test('is refused with the function’s own reasons, before a deployment', async () => {
    expect(await verdict({})).toMatch(
      /^fail: vpc-0123456789abcdef0: it has a subnet that isn't the stack's: subnet-1/,
    );
    expect(await verdict({}, [{ Key: 'aws:cloudformation:stack-name', Value: 'airlock' }])).toMatch(
      /^pass: /,
    );
    expect(await verdict({ DescribeVpcs: named('InvalidVpcID.NotFound') })).toMatch(
      /is not known in us-east-1/,
    );
  });
});

describe('the permissions boundary', () => {
  const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
  const allow = (Action: string | string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
  const verdict = async (policy: object) =>
    (
      await verdicts(
        { permissionsBoundary: BOUNDARY },
        {
          GetPolicy: { Policy: { DefaultVersionId: 'v3' } },
          GetPolicyVersion: ({ VersionId }) => ({
            PolicyVersion: {
              Document: VersionId === 'v3' ? encodeURIComponent(JSON.stringify(policy)) : '{}',
            },
          }),
        },
      )
    )['permissions-boundary'];

  test('must allow what the roles are allowed, and the check names what it leaves out', async () => {
    expect(await verdict(document(allow('*')))).toMatch(/^pass: it allows the \d+ actions/);
    const deny = { Effect: 'Deny', Action: 'kms:De*', Resource: '*' };
    expect(await verdict(document(allow('*'), deny))).toBe(
      'fail: it leaves out kms:Decrypt: allow them in the boundary (docs/PERMISSIONS.md)',
    );
    expect(await verdict(document(allow(['logs:*', 'ssm:*', 's3:*', 'ec2:*'])))).toMatch(
      /leaves out .*kms:Encrypt/,
    );
  });

  test('that is not there is one message', async () => {
    const found = await verdicts(
      { permissionsBoundary: BOUNDARY },
      { GetPolicy: named('NoSuchEntityException') },
    );
    expect(found['permissions-boundary']).toBe(
      `fail: there is no policy ${BOUNDARY}: write the ARN of one in permissionsBoundary`,
    );
  });

  test.each([
    ['a wildcard in another case', document(allow('KMS:decrypt')), []],
    ['one letter', document(allow('kms:Decryp?')), []],
    [
      'everything but something',
      document({ Effect: 'Allow', NotAction: 'kms:Decrypt', Resource: '*' }),
      ['kms:Decrypt'],
    ],
    [
      'a denial of one resource',
      document(allow('*'), { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::x' }),
      [],
    ],
    [
      'a denial under a condition',
      document(allow('*'), { Effect: 'Deny', Action: '*', Resource: '*', Condition: {} }),
      [],
    ],
    ['no statement', {}, ['kms:Decrypt']],
  ])('%s', (_, policy, left) => {
    expect(takenAway(policy, ['kms:Decrypt'])).toEqual(left);
  });

  test('the roles’ actions are read from the template, inline policies included', () => {
    const { actions, managedPolicies } = rolePermissions(TEMPLATE);
    expect(actions).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'logs:PutLogEvents', 'ssm:GetParameters']),
    );
    expect(managedPolicies).toEqual(['service-role/AWSBackupServiceRolePolicyForBackup']);
  });
});

test('free blocks are aligned, and end with the pool', () => {
  expect(freeBlocks(['10.0.0.0/22'], ['10.0.1.0/24'], 24, 9)).toEqual([
    '10.0.0.0/24',
    '10.0.2.0/24',
    '10.0.3.0/24',
  ]);
  expect(freeBlocks(['10.0.0.0/24'], [], 20, 9)).toEqual([]);
});
