import { isAwsError } from '../../lib/operations/aws';
import { awsLive } from '../../lib/operations/preflight/aws-live';
import { awsWith } from '../support/aws';

type Input = Record<string, unknown>;
type Answers = Record<string, (input: Input) => unknown>;

/** AWS as far as these calls know it; notes what it was asked. */
function fake(answers: Answers) {
  const asked: [action: string, input: Input][] = [];
  const aws = awsWith((operation, input) => {
    asked.push([operation, input]);
    return answers[operation]?.(input);
  });
  return { asked, live: awsLive(aws, 'airlock', 'scout') };
}

const instances = (...Instances: object[]) => ({
  Reservations: Instances.map((each) => ({ Instances: [each] })),
});

function named(name: string, more: object = {}): never {
  throw Object.assign(new Error('AWS says a lot here'), { name, ...more });
}

/** Two pages, the first of them empty: AWS may filter after it has cut the pages. */
function paged<T extends object>(answer: T) {
  return ({ NextToken }: Input) => (NextToken === 'more' ? answer : { NextToken: 'more' });
}

async function linesOf(live: ReturnType<typeof awsLive>, since: Date) {
  const lines: string[] = [];
  const { isAll } = await live.auditLines(since, (line) => lines.push(line));
  return { lines, isAll };
}

describe('machines', () => {
  const tags = (part: string) => [{ Key: 'airlock:part', Value: part }];
  const only = async (instance: object) =>
    (await fake({ DescribeInstances: () => instances(instance) }).live.machines())[0];

  test('of this cell alone, from every page', async () => {
    const host = { InstanceId: 'i-1', VpcId: 'vpc-1', Tags: tags('agent-host') };
    const running = { State: { Name: 'running' }, Placement: { AvailabilityZone: 'us-east-1a' } };
    const box = { InstanceId: 'i-2', PublicIpAddress: '192.0.2.1', IamInstanceProfile: {} };
    const { live, asked } = fake({
      DescribeInstances: paged(instances({ ...host, ...running }, { ...box, Tags: tags('proxy-box') })),
    });
    expect(await live.machines()).toEqual([
      {
        ...{ id: 'i-1', part: 'agent-host', state: 'running', zone: 'us-east-1a', vpc: 'vpc-1' },
        ...{ hasPublicAddress: false, hasProfile: false },
      },
      {
        ...{ id: 'i-2', part: 'proxy-box', state: '', zone: 'an unknown zone', vpc: '' },
        ...{ hasPublicAddress: true, hasProfile: true },
      },
    ]);
    expect(asked.map(([, { NextToken }]) => NextToken)).toEqual([undefined, 'more']);
    expect(asked[0]?.[1].Filters).toContainEqual({ Name: 'tag:airlock:cell', Values: ['airlock/scout'] });
  });

  test('are asked for once, however many checks look at them', async () => {
    const { live, asked } = fake({ DescribeInstances: () => ({}) });
    await live.machines();
    await live.machines();
    expect(asked).toHaveLength(1);
  });

  const Association = { PublicIp: '192.0.2.1' };
  test.each<[string, object]>([
    ['its first interface', { PublicIpAddress: '192.0.2.1' }],
    ['another interface', { NetworkInterfaces: [{}, { Association }] }],
    ['a second private address', { NetworkInterfaces: [{ PrivateIpAddresses: [{}, { Association }] }] }],
    ['IPv6', { NetworkInterfaces: [{ Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }] }] }],
    ['an IPv6 prefix', { NetworkInterfaces: [{ Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8::/80' }] }] }],
  ])('NET-2 sees a public address by %s', async (_, instance) => {
    expect(await only(instance)).toMatchObject({ hasPublicAddress: true });
  });

  test('NET-2 takes no private address for a public one', async () => {
    const NetworkInterfaces = [{ Association: {}, PrivateIpAddresses: [{}], Ipv6Addresses: [] }];
    expect(await only({ NetworkInterfaces })).toMatchObject({ hasPublicAddress: false });
  });

  test('of no part, or another, are judged as hosts', async () => {
    expect((await only({ Tags: tags('state') }))?.part).toBe('agent-host');
    expect((await only({}))?.part).toBe('agent-host');
  });

  test('without an end are no answer', async () => {
    const { live } = fake({ DescribeInstances: () => ({ NextToken: 'more' }) });
    await expect(live.machines()).rejects.toThrow('has no end after 1000 pages');
  });
});

describe('state volumes', () => {
  const attached = (VolumeId: string) => ({ VolumeId, Attachments: [{ State: 'attached' }] });

  test('in use, each with its own newest finished snapshot, from every page', async () => {
    const made = (VolumeId: string, time: number) => ({ VolumeId, StartTime: new Date(time) });
    const Volumes = [attached('vol-1'), attached('vol-2'), { VolumeId: 'vol-old', Attachments: [] }];
    const Snapshots = [made('vol-1', 1000), made('vol-1', 3000), made('vol-1', 2000), made('vol-old', 9000)];
    const { live, asked } = fake({
      DescribeVolumes: paged({ Volumes }),
      DescribeSnapshots: paged({ Snapshots }),
    });
    expect(await live.stateVolumes()).toEqual([{ id: 'vol-1', snapshot: new Date(3000) }, { id: 'vol-2' }]);
    expect(asked.at(-1)?.[1]).toMatchObject({
      OwnerIds: ['self'],
      Filters: [
        { Name: 'volume-id', Values: ['vol-1', 'vol-2'] },
        { Name: 'status', Values: ['completed'] },
      ],
    });
  });

  test('are none when no machine has one: nothing is asked of snapshots', async () => {
    const { live, asked } = fake({ DescribeVolumes: () => ({ Volumes: [{ VolumeId: 'vol-old' }] }) });
    expect(await live.stateVolumes()).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

test('flow logs of the stack’s group are delivered when AWS says so, and says nothing against it', async () => {
  const of = { ResourceId: 'vpc-1', TrafficType: 'ALL' };
  const { live, asked } = fake({
    DescribeFlowLogs: paged({
      FlowLogs: [
        { ...of, FlowLogId: 'fl-1', DeliverLogsStatus: 'SUCCESS' },
        { ...of, FlowLogId: 'fl-2', DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' },
        {
          ...of,
          FlowLogId: 'fl-3',
          DeliverLogsStatus: 'SUCCESS',
          DeliverLogsErrorMessage: 'words of its own',
        },
        { ...of, FlowLogId: 'fl-4' },
      ],
    }),
  });
  expect(await live.flowLogs()).toEqual([
    { id: 'fl-1', of: 'vpc-1', traffic: 'ALL', isDelivered: true },
    { id: 'fl-2', of: 'vpc-1', traffic: 'ALL', isDelivered: false, error: 'Access error' },
    { id: 'fl-3', of: 'vpc-1', traffic: 'ALL', isDelivered: false },
    { id: 'fl-4', of: 'vpc-1', traffic: 'ALL', isDelivered: false },
  ]);
  expect(asked[0]?.[1].Filter).toEqual([{ Name: 'log-group-name', Values: ['/airlock/flows'] }]);
});

describe('NET-3 the DNS firewall', () => {
  const Tags = [{ Key: 'airlock:part', Value: 'agent-host' }];
  const group = (FirewallRuleGroupId: string, Priority: number, Status = 'COMPLETE') => ({
    ...{ FirewallRuleGroupId, Priority, Status },
  });
  const rule = (Action: string, FirewallDomainListId: string, Priority = 1, more = {}) => ({
    ...{ Action, FirewallDomainListId, Priority, ...more },
  });
  const firewall = (more: Answers = {}) =>
    fake({
      DescribeInstances: () => instances({ InstanceId: 'i-1', VpcId: 'vpc-1', Tags }),
      GetFirewallConfig: () => ({ FirewallConfig: { FirewallFailOpen: 'DISABLED' } }),
      ListFirewallRuleGroupAssociations: paged({ FirewallRuleGroupAssociations: [group('ours', 101)] }),
      ListFirewallRules: ({ FirewallRuleGroupId }) => ({
        FirewallRules: FirewallRuleGroupId === 'ours' ? [rule('BLOCK', 'all')] : [rule('ALLOW', 'some')],
      }),
      ListFirewallDomains: ({ FirewallDomainListId }) => ({
        Domains: FirewallDomainListId === 'all' ? ['*'] : ['example.com.'],
      }),
      ...more,
    });

  test('of the agent host’s VPC blocks every name and fails closed', async () => {
    const { live, asked } = firewall();
    expect(await live.dnsFirewall()).toEqual({ vpc: 'vpc-1', failsOpen: false, blocksEveryName: true });
    expect(asked).toContainEqual(['GetFirewallConfig', { ResourceId: 'vpc-1' }]);
  });

  test.each([{ FirewallConfig: { FirewallFailOpen: 'ENABLED' } }, { FirewallConfig: {} }, {}])(
    'fails open unless AWS says otherwise: %j',
    async (answer) => {
      expect((await firewall({ GetFirewallConfig: () => answer }).live.dnsFirewall()).failsOpen).toBe(true);
    },
  );

  const groups = (...associations: object[]): Answers => ({
    ListFirewallRuleGroupAssociations: () => ({ FirewallRuleGroupAssociations: associations }),
  });
  const rules = (...FirewallRules: object[]): Answers => ({ ListFirewallRules: () => ({ FirewallRules }) });
  test.each<[string, Answers]>([
    ['no group is associated', groups()],
    ['the association is not complete', groups(group('ours', 101, 'UPDATING'))],
    ['a group before it lets names through', groups(group('ours', 101), group('theirs', 7))],
    ['its rule alerts only', rules(rule('ALERT', 'all'))],
    ['its rule blocks some names only', rules(rule('BLOCK', 'some'))],
    ['its rule blocks one type of query only', rules(rule('BLOCK', 'all', 1, { Qtype: 'A' }))],
    ['its rule allows some names first', rules(rule('BLOCK', 'all', 2), rule('ALLOW', 'some', 1))],
  ])('does not block every name when %s', async (_, answers) => {
    expect((await firewall(answers).live.dnsFirewall()).blocksEveryName).toBe(false);
  });

  test('that nobody may look at is no answer', async () => {
    const { live } = firewall({ GetFirewallConfig: () => named('AccessDeniedException') });
    await expect(live.dnsFirewall()).rejects.toThrow('AWS denied route53resolver:GetFirewallConfig');
  });
});

test('SEC-1 sees what became of a secret without decrypting it', async () => {
  const { live, asked } = fake({
    GetParameterHistory: ({ Name }) => {
      if (Name === '/plain') return { Parameters: [{ Type: 'String', Version: 2 }] };
      const Version = Name === '/unset' ? 1 : 2;
      const KeyId = Name === '/old' ? 'old' : 'arn:aws:kms:us-east-1:111122223333:key/new';
      return { Parameters: [{ Type: 'SecureString', Version, KeyId: Name === '/set' ? 'new' : KeyId }] };
    },
  });
  const states = ['/set', '/unset', '/plain', '/old'].map((name) => live.secret(name));
  expect(await Promise.all(states)).toEqual(['set', 'unset', 'plain', 'other-key']);
  for (const [, input] of asked) expect(input.WithDecryption).toBeUndefined();
});

test('a parameter that does not exist is an answer; one that may not be read is none', async () => {
  const missing = () => named('ParameterNotFound');
  const { live } = fake({ GetParameter: missing, GetParameterHistory: missing });
  expect([await live.text('/a'), await live.secret('/a')]).toEqual([undefined, 'missing']);
  const denied = fake({ GetParameterHistory: () => named('AccessDeniedException') });
  await expect(denied.live.secret('/a')).rejects.toThrow('AWS denied ssm:GetParameterHistory in us-east-1');
});

describe('the audit log', () => {
  test('is read page by page, empty ones included', async () => {
    const pages = [
      { events: [{ message: 'first' }, {}], nextToken: '1' },
      { events: [], nextToken: '2' },
      { nextToken: '3' },
      { events: [{ message: 'last' }] },
    ];
    const { live, asked } = fake({ FilterLogEvents: ({ nextToken }) => pages[Number(nextToken ?? 0)] });
    expect(await linesOf(live, new Date(5))).toEqual({ lines: ['first', 'last'], isAll: true });
    expect(asked[1]?.[1]).toEqual({ logGroupName: '/airlock/scout/audit', startTime: 5, nextToken: '1' });
  });

  test('is said not to be all when there is no end of it', async () => {
    const { live } = fake({ FilterLogEvents: () => ({ events: [{ message: 'line' }], nextToken: 'more' }) });
    expect(await linesOf(live, new Date(5))).toEqual({ lines: Array(2000).fill('line'), isAll: false });
  });

  test('that is not there is named, with what to do', async () => {
    const { live } = fake({ FilterLogEvents: () => named('ResourceNotFoundException') });
    const error = await linesOf(live, new Date(5)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      message: 'there is no log group /airlock/scout/audit in us-east-1',
      fix: expect.stringMatching(/^deploy the stack/),
    });
  });
});

test.each<[string, string, object]>([
  ['AccessDeniedException', 'denied', {}],
  ['UnknownError', 'denied', { $metadata: { httpStatusCode: 403 } }],
  ['CredentialsProviderError', 'no-credentials', {}],
  ['InvalidClientTokenId', 'no-credentials', { $metadata: { httpStatusCode: 403 } }],
  ['ThrottlingException', 'throttled', {}],
  ['Strange', 'aws-error', {}],
])(
  'AWS refuses with %s: one sentence has the action, and no word of AWS’s message',
  async (name, reason, more) => {
    const { live } = fake({ DescribeInstances: () => named(name, more) });
    const error = await live.machines().catch((caught: unknown) => caught);
    expect(isAwsError(error)).toBe(true);
    expect(error).toMatchObject({ reason, message: expect.stringContaining('ec2:DescribeInstances') });
    expect((error as Error).message).not.toContain('says a lot');
  },
);

describe('what host.stateFrom names', () => {
  const snapshot = { kind: 'snapshot', id: 'snap-0123456789abcdef0' } as const;
  const volume = { kind: 'volume', id: 'vol-0123456789abcdef0' } as const;
  const key = 'arn:aws:kms:us-east-1:111122223333:key/old';
  const enabled = { DescribeKey: () => ({ KeyMetadata: { KeyState: 'Enabled' } }) };

  test('a snapshot of this account, with its size and its key', async () => {
    const own = { State: 'completed', VolumeSize: 50, KmsKeyId: key, OwnerId: '111122223333' };
    const { live } = fake({ DescribeSnapshots: () => ({ Snapshots: [own] }), ...enabled });
    const answer = { kind: 'snapshot', state: 'completed', sizeGiB: 50, key: { arn: key, state: 'Enabled' } };
    expect(await live.stateSource(snapshot)).toEqual(answer);
  });

  test('a snapshot that another account shares, and one that is nowhere', async () => {
    const shared = fake({
      DescribeSnapshots: ({ OwnerIds }) => ({ Snapshots: OwnerIds ? [] : [{ OwnerId: '999999999999' }] }),
    });
    expect(await shared.live.stateSource(snapshot)).toEqual({ kind: 'foreign', owner: '999999999999' });
    const nowhere = fake({ DescribeSnapshots: () => ({}) });
    expect(await nowhere.live.stateSource(snapshot)).toEqual({ kind: 'missing' });
  });

  test('a snapshot under a key of another account', async () => {
    const KmsKeyId = 'arn:aws:kms:us-east-1:999999999999:key/theirs';
    const own = { State: 'completed', VolumeSize: 8, KmsKeyId, OwnerId: '111122223333' };
    const { live, asked } = fake({ DescribeSnapshots: () => ({ Snapshots: [own] }) });
    expect(await live.stateSource(snapshot)).toMatchObject({ key: { state: 'foreign' } });
    expect(asked.map(([action]) => action)).not.toContain('DescribeKey');
  });

  test('a volume, with its zone, its tags and the machine that has it', async () => {
    const Tags = [
      { Key: 'airlock:cell', Value: 'airlock/scout' },
      { Key: 'airlock:part', Value: 'state' },
    ];
    const Attachments = [{ State: 'attached', InstanceId: 'i-0123456789abcdef0' }];
    const held = { State: 'in-use', AvailabilityZone: 'us-east-1a', Tags, Attachments };
    const { live } = fake({
      DescribeVolumes: () => ({ Volumes: [held] }),
      DescribeInstances: () => instances({ Tags: Tags.slice(0, 1) }),
    });
    expect(await live.stateSource(volume)).toEqual({
      ...{ kind: 'volume', state: 'in-use', zone: 'us-east-1a', cell: 'airlock/scout', isState: true },
      heldBy: { id: 'i-0123456789abcdef0', cell: 'airlock/scout' },
    });
  });

  test('a key that is gone', async () => {
    const { live } = fake({
      DescribeVolumes: () => ({ Volumes: [{ KmsKeyId: key }] }),
      DescribeKey: () => named('NotFoundException'),
    });
    await expect(live.stateSource(volume)).rejects.toThrow(`the key ${key} is gone`);
  });
});
