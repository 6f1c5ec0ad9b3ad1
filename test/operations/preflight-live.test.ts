import { awsLive, isAwsError, type LiveClients } from '../../lib/operations/preflight/aws-live';

type Command = { constructor: { name: string }; input: Record<string, unknown> };

/** AWS as far as these calls know it; notes what it was asked. */
function fake(answers: Record<string, (input: Record<string, unknown>) => unknown>) {
  const asked: [action: string, input: Record<string, unknown>][] = [];
  const client = {
    send: async (command: Command) => {
      const { input } = command;
      const action = command.constructor.name.replace(/Command$/, '');
      asked.push([action, input]);
      return answers[action]?.(input);
    },
  };
  const clients = { ec2: client, ssm: client, logs: client } as unknown as LiveClients;
  return { asked, live: awsLive(clients, 'us-east-1', 'airlock', 'scout') };
}

function named(name: string): never {
  throw Object.assign(new Error('AWS says a lot here'), { name });
}

test('finds the machines of this cell alone, and what was added to them', async () => {
  const tags = (part: string) => [{ Key: 'airlock:part', Value: part }];
  const { live, asked } = fake({
    DescribeInstances: () => ({
      Reservations: [
        { Instances: [{ InstanceId: 'i-1', State: { Name: 'running' }, Tags: tags('agent-host') }] },
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
    { id: 'i-1', part: 'agent-host', state: 'running', hasPublicAddress: false, hasProfile: false },
    { id: 'i-2', part: 'proxy-box', state: '', hasPublicAddress: true, hasProfile: true },
  ]);
  expect(asked[0]?.[1].Filters).toContainEqual({ Name: 'tag:airlock:cell', Values: ['airlock/scout'] });
});

test('takes the newest finished snapshot of the state volume', async () => {
  const { live, asked } = fake({
    DescribeVolumes: () => ({ Volumes: [{ VolumeId: 'vol-1' }] }),
    DescribeSnapshots: () => ({
      Snapshots: [
        { StartTime: new Date(1000) },
        { StartTime: new Date(3000) },
        { StartTime: new Date(2000) },
      ],
    }),
  });
  expect(await live.newestSnapshot()).toEqual(new Date(3000));
  expect(asked[1]?.[1]).toMatchObject({ OwnerIds: ['self'] });
});

test('knows of no snapshot without a volume', async () => {
  const { live, asked } = fake({ DescribeVolumes: () => ({ Volumes: [] }) });
  expect(await live.newestSnapshot()).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test('SEC-1 sees whether a secret is set without decrypting it', async () => {
  const { live, asked } = fake({
    GetParameter: ({ Name }) => ({ Parameter: { Version: Name === '/a' ? 2 : 1 } }),
  });
  expect([await live.isSet('/a'), await live.isSet('/b')]).toEqual([true, false]);
  for (const [, input] of asked) expect(input.WithDecryption).toBeUndefined();
});

test('a parameter that does not exist is no failure', async () => {
  const { live } = fake({ GetParameter: () => named('ParameterNotFound') });
  expect([await live.text('/a'), await live.isSet('/a')]).toEqual([undefined, false]);
});

test('reads the log page by page, and stops after twenty', async () => {
  const { live, asked } = fake({
    FilterLogEvents: () => ({ events: [{ message: 'line' }, {}], nextToken: 'more' }),
  });
  expect(await live.auditLines(new Date(5))).toEqual({ lines: Array(20).fill('line'), isAll: false });
  expect(asked[1]?.[1]).toEqual({ logGroupName: '/airlock/scout/audit', startTime: 5, nextToken: 'more' });
});

test.each(['AccessDeniedException', 'CredentialsProviderError', 'ThrottlingException', 'Strange'])(
  'what AWS refuses (%s) is one sentence with the action, and nothing of AWS’s own words',
  async (name) => {
    const { live } = fake({ DescribeInstances: () => named(name) });
    const error = await live.machines().catch((caught: unknown) => caught);
    expect(isAwsError(error)).toBe(true);
    expect((error as Error).message).toContain('ec2:DescribeInstances');
    expect((error as Error).message).not.toContain('says a lot');
  },
);
