import { isAwsError } from '../../lib/operations/preflight/asking';
import { awsLive, type LiveClients } from '../../lib/operations/preflight/aws-live';

type Command = { constructor: { name: string }; operation?: string; input: Record<string, unknown> };

/** AWS as far as these calls know it; notes what it was asked. */
function fake(answers: Record<string, (input: Record<string, unknown>) => unknown>) {
  const asked: [action: string, input: Record<string, unknown>][] = [];
  const client = {
    send: async (command: Command) => {
      const { input } = command;
      const action = command.operation ?? command.constructor.name.replace(/Command$/, '');
      asked.push([action, input]);
      return answers[action]?.(input);
    },
  };
  const clients = {
    ec2: client,
    ssm: client,
    logs: client,
    kms: client,
    resolver: client,
  } as unknown as LiveClients;
  return { asked, live: awsLive(clients, 'us-east-1', 'airlock', 'scout') };
}

function named(name: string, more: object = {}): never {
  throw Object.assign(new Error('AWS says a lot here'), { name, ...more });
}

/** Two pages, the first of them empty: AWS may filter after it has cut the pages. */
function paged<T extends object>(answer: T) {
  return ({ NextToken }: Record<string, unknown>) => (NextToken === 'more' ? answer : { NextToken: 'more' });
}

async function linesOf(live: ReturnType<typeof awsLive>, since: Date) {
  const lines: string[] = [];
  const { isAll } = await live.auditLines(since, (line) => lines.push(line));
  return { lines, isAll };
}

describe('machines', () => {
  const tags = (part: string) => [{ Key: 'airlock:part', Value: part }];
  const only = async (instance: object) => {
    const { live } = fake({ DescribeInstances: () => ({ Reservations: [{ Instances: [instance] }] }) });
    return (await live.machines())[0];
  };

  test('of this cell alone, from every page', async () => {
    const { live, asked } = fake({
      DescribeInstances: paged({
        Reservations: [
          {
            Instances: [
              {
                InstanceId: 'i-1',
                VpcId: 'vpc-1',
                State: { Name: 'running' },
                Placement: { AvailabilityZone: 'us-east-1a' },
                Tags: tags('agent-host'),
              },
            ],
          },
          {
            Instances: [
              {
                InstanceId: 'i-2',
                PublicIpAddress: '192.0.2.1',
                IamInstanceProfile: {},
                Tags: tags('proxy-box'),
              },
            ],
          },
        ],
      }),
    });
    expect(await live.machines()).toEqual([
      {
        id: 'i-1',
        part: 'agent-host',
        state: 'running',
        zone: 'us-east-1a',
        hasPublicAddress: false,
        hasProfile: false,
        vpc: 'vpc-1',
      },
      {
        id: 'i-2',
        part: 'proxy-box',
        state: '',
        zone: 'an unknown zone',
        hasPublicAddress: true,
        hasProfile: true,
        vpc: '',
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

  test.each<[string, object]>([
    ['its first interface', { PublicIpAddress: '192.0.2.1' }],
    ['another interface', { NetworkInterfaces: [{}, { Association: { PublicIp: '192.0.2.1' } }] }],
    [
      'a second private address',
      { NetworkInterfaces: [{ PrivateIpAddresses: [{}, { Association: { PublicIp: '192.0.2.1' } }] }] },
    ],
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
    const { live, asked } = fake({
      DescribeVolumes: paged({
        Volumes: [attached('vol-1'), attached('vol-2'), { VolumeId: 'vol-old', Attachments: [] }],
      }),
      DescribeSnapshots: paged({
        Snapshots: [
          { VolumeId: 'vol-1', StartTime: new Date(1000) },
          { VolumeId: 'vol-1', StartTime: new Date(3000) },
          { VolumeId: 'vol-1', StartTime: new Date(2000) },
          { VolumeId: 'vol-old', StartTime: new Date(9000) },
        ],
      }),
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
  const { live, asked } = fake({
    DescribeFlowLogs: paged({
      FlowLogs: [
        { FlowLogId: 'fl-1', DeliverLogsStatus: 'SUCCESS' },
        { FlowLogId: 'fl-2', DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' },
        { FlowLogId: 'fl-3', DeliverLogsStatus: 'SUCCESS', DeliverLogsErrorMessage: 'words of its own' },
        { FlowLogId: 'fl-4' },
      ],
    }),
  });
  expect(await live.flowLogs()).toEqual([
    { id: 'fl-1', isDelivered: true },
    { id: 'fl-2', isDelivered: false, error: 'Access error' },
    { id: 'fl-3', isDelivered: false },
    { id: 'fl-4', isDelivered: false },
  ]);
  expect(asked[0]?.[1].Filter).toEqual([{ Name: 'log-group-name', Values: ['/airlock/flows'] }]);
});

describe('NET-3 the DNS firewall', () => {
  const machine = {
    InstanceId: 'i-1',
    VpcId: 'vpc-1',
    Tags: [{ Key: 'airlock:part', Value: 'agent-host' }],
  };
  const group = (FirewallRuleGroupId: string, Priority: number, Status = 'COMPLETE') => ({
    FirewallRuleGroupId,
    Priority,
    Status,
  });
  const rule = (Action: string, FirewallDomainListId: string, Priority = 1, more = {}) => ({
    Action,
    FirewallDomainListId,
    Priority,
    ...more,
  });
  const firewall = (more: Record<string, (input: Record<string, unknown>) => unknown> = {}) =>
    fake({
      DescribeInstances: () => ({ Reservations: [{ Instances: [machine] }] }),
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

  test.each<[string, object[]]>([
    ['no group is associated', []],
    ['the association is not complete', [group('ours', 101, 'UPDATING')]],
    ['a group before it lets names through', [group('ours', 101), group('theirs', 7)]],
  ])('does not block every name when %s', async (_, associations) => {
    const { live } = firewall({
      ListFirewallRuleGroupAssociations: () => ({ FirewallRuleGroupAssociations: associations }),
    });
    expect((await live.dnsFirewall()).blocksEveryName).toBe(false);
  });

  test.each<[string, object[]]>([
    ['alerts only', [rule('ALERT', 'all')]],
    ['blocks some names only', [rule('BLOCK', 'some')]],
    ['blocks one type of query only', [rule('BLOCK', 'all', 1, { Qtype: 'A' })]],
    ['allows some names first', [rule('BLOCK', 'all', 2), rule('ALLOW', 'some', 1)]],
  ])('does not block every name when its rule %s', async (_, rules) => {
    const { live } = firewall({ ListFirewallRules: () => ({ FirewallRules: rules }) });
    expect((await live.dnsFirewall()).blocksEveryName).toBe(false);
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
  'what AWS refuses (%s) is one sentence with the action, and nothing of AWS’s own words',
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
    expect(await fake({ DescribeSnapshots: () => ({}) }).live.stateSource(snapshot)).toEqual({
      kind: 'missing',
    });
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
    const { live } = fake({
      DescribeVolumes: () => ({
        Volumes: [
          {
            State: 'in-use',
            AvailabilityZone: 'us-east-1a',
            Tags,
            Attachments: [{ State: 'attached', InstanceId: 'i-0123456789abcdef0' }],
          },
        ],
      }),
      DescribeInstances: () => ({ Reservations: [{ Instances: [{ Tags: Tags.slice(0, 1) }] }] }),
    });
    expect(await live.stateSource(volume)).toEqual({
      kind: 'volume',
      state: 'in-use',
      zone: 'us-east-1a',
      heldBy: { id: 'i-0123456789abcdef0', cell: 'airlock/scout' },
      cell: 'airlock/scout',
      isState: true,
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
