import type { Airlock } from '../../lib/config/model';
import { retained } from '../../lib/operations/retained';
import { findRetained } from '../../lib/operations/retained/aws-account';
import { awsError, awsWith } from '../support/aws';

const airlock = { name: 'airlock' } as Airlock;
const key = (id: string) => `arn:aws:kms:us-east-1:111122223333:key/${id}`;
const tags = (agent: string) => [
  { Key: 'airlock:stack', Value: 'airlock' },
  { Key: 'airlock:agent', Value: agent },
];
const MADE = new Date('2026-09-01T00:00:00Z');
const POINT = 'arn:aws:ec2:us-east-1::snapshot/snap-0aaaaaaaaaaaaaaaa';

const volume = (letter: string, agent: string, more = {}) => ({
  ...{ VolumeId: `vol-0${letter.repeat(16)}`, Tags: tags(agent), ...more },
});
const snapshot = (letter: string, agent: string, more = {}) => ({
  ...{
    SnapshotId: `snap-0${letter.repeat(16)}`,
    VolumeId: `vol-0${letter.repeat(16)}`,
    Tags: tags(agent),
    ...more,
  },
});
const old = { KmsKeyId: key('old') };
const deployed = [
  'new',
  'new-shared',
  '/airlock/flow-logs',
  'vol-0bbbbbbbbbbbbbbbb',
  'airlock-new',
  'airlock-archive-new',
];
const vaults = ['airlock-old', 'airlock-new', 'airlock-other', 'Default'];
const audit = { logGroupName: '/airlock/mender/audit', creationTime: MADE.getTime(), storedBytes: 3_000_000 };

/** An account in which `airlock` was destroyed once and deployed again: "old" is left, "new" is in use. */
const account = (): Record<string, unknown> => ({
  ListStackResources: {
    StackResourceSummaries: deployed.map((id) => ({
      PhysicalResourceId: id,
      ResourceStatus: 'CREATE_COMPLETE',
    })),
  },
  DescribeParameters: {
    Parameters: [
      { Name: '/airlock/scout/write', KeyId: key('old'), LastModifiedDate: MADE, Type: 'SecureString' },
      { Name: '/airlock/scout/read', KeyId: key('new'), Type: 'SecureString' },
      { Name: '/airlock/scout/ca/private-key', KeyId: key('new'), Type: 'SecureString' },
      { Name: '/airlock/scout/box', Type: 'String' },
    ],
  },
  DescribeLogGroups: {
    logGroups: [
      { ...audit, kmsKeyId: key('gone') },
      { logGroupName: '/airlock/flow-logs', kmsKeyId: key('new-shared') },
    ],
  },
  DescribeVolumes: {
    Volumes: [
      volume('a', 'scout', { ...old, Size: 50, AvailabilityZone: 'us-east-1a', CreateTime: MADE }),
      volume('b', 'scout'),
      volume('c', 'mender', { Attachments: [{ State: 'attached' }] }),
    ],
  },
  DescribeSnapshots: {
    Snapshots: [
      snapshot('a', 'scout', { ...old, VolumeSize: 50 }),
      snapshot('d', 'scout'),
      snapshot('b', 'scout'),
      snapshot('c', 'mender'),
    ],
  },
  ListKeys: { Keys: ['old', 'new', 'gone', 'foreign', 'other'].map((id) => ({ KeyArn: key(id) })) },
  ListBackupVaults: {
    BackupVaultList: vaults.map((name) => ({ BackupVaultName: name, BackupVaultArn: name })),
  },
  ListRecoveryPointsByBackupVault: { RecoveryPoints: [{ RecoveryPointArn: POINT }] },
});

const everything = (stack: string, agent: string) => `${stack}: everything that belongs to ${agent}`;
const KEYS: Readonly<Record<string, object>> = {
  old: { Description: everything('airlock', 'scout'), KeyState: 'PendingDeletion', CreationDate: MADE },
  new: { Description: everything('airlock', 'scout'), KeyState: 'Enabled' },
  gone: { Description: everything('airlock', 'mender'), KeyState: 'Enabled' },
  other: { Description: everything('airlock-two', 'scout'), KeyState: 'Enabled' },
};

function aws(answers: Record<string, unknown>, calls: string[] = []) {
  return awsWith((operation, { KeyId = '', ResourceArn }) => {
    calls.push(operation);
    if (operation === 'DescribeKey') {
      const KeyMetadata = KEYS[KeyId.split('/')[1] ?? ''];
      if (!KeyMetadata) throw awsError('AccessDeniedException');
      return { KeyMetadata };
    }
    if (operation === 'ListTags') {
      return { Tags: { 'airlock:stack': ResourceArn === 'airlock-other' ? 'other' : 'airlock' } };
    }
    const answer = answers[operation];
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  });
}

/** The old stack's bucket, the new one's, and one of somebody else. */
const s3 = (calls: string[] = []) => ({
  buckets: async (prefix: string) => {
    calls.push('ListBuckets');
    return ['old', 'archive-old', 'archive-new', 'archive-foreign'].map((name) => `${prefix}-${name}`);
  },
  tags: async (bucket: string) => {
    calls.push('ListTags');
    return new Map([['airlock:stack', bucket.endsWith('foreign') ? 'airlock-two' : 'airlock']]);
  },
  lock: async () => ({ days: 365, mode: 'governance' }),
  objects: async function* () {
    for (const put of ['2026-09-01T00:00:00.000Z', '2026-09-03T00:00:00.000Z', '2026-09-02T00:00:00.000Z'])
      yield { key: put, bytes: 5 * 2 ** 30, put };
  },
});

const list = (answers = account(), agent?: string) =>
  retained({ airlock, agent, find: () => findRetained(aws(answers), s3(), 'airlock') });

test('lists what is left and nothing that the deployed stack has', async () => {
  const result = await list();
  if (result.reason !== 'found') throw new Error(result.message);
  expect(result.isDeployed).toBe(true);
  expect(result.leftovers.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'secret /airlock/scout/write',
    'log group /airlock/mender/audit',
    'state volume vol-0aaaaaaaaaaaaaaaa',
    'snapshot snap-0aaaaaaaaaaaaaaaa',
    'snapshot snap-0dddddddddddddddd',
    'backup vault airlock-old',
    'archive airlock-archive-old',
    `key ${key('old')}`,
    `key ${key('gone')}`,
  ]);
});

test('says of each how old and large it is, what opens it, and the one command that uses or removes it', async () => {
  const result = await list(account(), 'scout');
  if (result.reason !== 'found') throw new Error(result.message);
  const [secret, volume, snapshot, other, opened] = result.leftovers;
  const open = { key: key('old'), keyState: 'PendingDeletion' };
  const made = MADE.toISOString();
  expect(secret).toEqual({
    ...{ kind: 'secret', name: '/airlock/scout/write', made, ...open },
    use: 'npx airlock secrets carry scout',
    remove: 'aws ssm delete-parameter --name /airlock/scout/write',
  });
  expect(volume).toEqual({
    ...{ kind: 'state volume', name: 'vol-0aaaaaaaaaaaaaaaa', made, size: '50 GiB in us-east-1a', ...open },
    use: 'stateFrom: vol-0aaaaaaaaaaaaaaaa',
    remove: 'aws ec2 delete-volume --volume-id vol-0aaaaaaaaaaaaaaaa',
  });
  expect(snapshot).toMatchObject({
    use: 'stateFrom: snap-0aaaaaaaaaaaaaaaa',
    remove: `aws backup delete-recovery-point --backup-vault-name airlock-old --recovery-point-arn ${POINT}`,
  });
  expect(other?.remove).toBe('aws ec2 delete-snapshot --snapshot-id snap-0dddddddddddddddd');
  expect(opened).toMatchObject({
    kind: 'key',
    size: expect.stringContaining('opens 3 of these'),
    use: `aws kms cancel-key-deletion --key-id ${key('old')} && aws kms enable-key --key-id ${key('old')}`,
    remove: expect.stringContaining('schedule-key-deletion --pending-window-in-days 30'),
  });
});

test('says of an archive what it costs and when its locks end', async () => {
  const result = await list();
  const archive = result.reason === 'found' && result.leftovers.find(({ kind }) => kind === 'archive');
  expect(archive).toEqual({
    kind: 'archive',
    name: 'airlock-archive-old',
    size: '3 files of 15360 MiB, $0.34 a month, locked until 2027-09-03 (governance)',
    use: 'npx airlock audit <agent> --verify --archive s3://airlock-archive-old',
    remove: 'aws s3api delete-bucket --bucket airlock-archive-old',
  });
});

test('where no stack of this name is deployed, everything is left', async () => {
  const gone = awsError('ValidationError', 'Stack with id airlock does not exist');
  const result = await list({ ...account(), ListStackResources: gone });
  expect(result).toMatchObject({ reason: 'found', isDeployed: false });
  if (result.reason === 'found') {
    expect(result.leftovers.map(({ name }) => name)).toContain('/airlock/scout/read');
    expect(result.leftovers.map(({ name }) => name)).not.toContain('vol-0cccccccccccccccc');
  }
});

test.each([
  ['ListStackResources', 'AccessDenied', 'cloudformation:ListStackResources'],
  ['DescribeParameters', 'AccessDeniedException', 'ssm:DescribeParameters'],
  ['DescribeVolumes', 'UnauthorizedOperation', 'ec2:DescribeVolumes'],
  ['ListBackupVaults', 'AccessDeniedException', 'backup:ListBackupVaults'],
])('a list with a hole is no list: %s', async (action, name, needed) => {
  const result = await list({ ...account(), [action]: awsError(name) });
  expect(result).toEqual({ reason: 'aws', message: expect.stringContaining(`permission ${needed}`) });
});

test('no key that may be described is a permission that is missing', async () => {
  const result = await list({ ...account(), ListKeys: { Keys: [{ KeyArn: key('foreign') }] } });
  expect(result).toMatchObject({ reason: 'aws', message: expect.stringContaining('kms:DescribeKey') });
});

test('only reads', async () => {
  const calls: string[] = [];
  await findRetained(aws(account(), calls), s3(calls), 'airlock');
  expect(calls.filter((call) => !/^(Describe|List)/.test(call))).toEqual([]);
});
