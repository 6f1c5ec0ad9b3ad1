import { awsError } from '../support/aws';
import { failed, type RequestType, useFakeAccount } from './fake-account';
import { FakeEc2, HOST_TAGS, STATE_TAGS } from './fake-ec2';

const OLD = 'i-0000000000000001d';
const NEW = 'i-00000000000000002';
const VOLUME = 'vol-00000000000000001';
const OTHER_VOLUME = 'vol-00000000000000002';

const aws = useFakeAccount();
let ec2: FakeEc2;
beforeEach(() => {
  ec2 = new FakeEc2();
  aws.ec2 = ec2.client;
});

const properties = (InstanceId: string, change: object = {}) => ({
  InstanceId,
  VolumeId: VOLUME,
  Device: '/dev/sdf',
  Cell: 'airlock/scout',
  ...change,
});
const run = (
  RequestType: RequestType,
  wanted: object,
  remainingMs = 800_000,
  before: object = properties(OLD),
  id = VOLUME,
) =>
  aws.run(
    {
      RequestType,
      ResourceType: 'Custom::AirlockStateAttachment',
      ResourceProperties: wanted,
      OldResourceProperties: before,
      PhysicalResourceId: RequestType === 'Create' ? undefined : id,
    },
    remainingMs,
  );
const done = { Status: 'SUCCESS', PhysicalResourceId: VOLUME };
/** The calls that move the state volume from one host to another, or put another volume in its place. */
const moved = (from: string, to: string, volume = VOLUME) => [
  `stop ${from}`,
  `detach ${VOLUME} from ${from}`,
  `attach ${volume} to ${to}`,
];

test('VOL-2 Create attaches the volume to its running host', async () => {
  ec2.start(OLD);
  ec2.create(VOLUME);
  expect(await run('Create', properties(OLD))).toMatchObject(done);
  expect(ec2.changes).toEqual([`attach ${VOLUME} to ${OLD}`]);
});

test('what is attached already is left alone, so a repeated event does nothing', async () => {
  ec2.start(OLD);
  ec2.create(VOLUME, OLD);
  expect((await run('Update', properties(OLD))).Status).toBe('SUCCESS');
  expect(ec2.changes).toEqual([]);
});

describe('a replaced host', () => {
  beforeEach(() => {
    ec2.start(OLD);
    ec2.start(NEW);
    ec2.create(VOLUME, OLD);
  });

  test('is stopped before its volume is detached, and its successor gets the volume', async () => {
    expect(await run('Update', properties(NEW))).toMatchObject(done);
    expect(ec2.changes).toEqual(moved(OLD, NEW));
    expect(ec2.machines.get(NEW)?.state).toBe('running');
  });

  test('gets its volume back and starts again, when the deployment fails later', async () => {
    await run('Update', properties(NEW));
    ec2.changes.length = 0;
    expect((await run('Update', properties(OLD))).Status).toBe('SUCCESS');
    expect(ec2.changes).toEqual([...moved(NEW, OLD), `start ${OLD}`]);
    expect(ec2.machines.get(OLD)?.state).toBe('running');
  });

  test('that does not shut down in four minutes is stopped by force, and still not detached before', async () => {
    (ec2.machines.get(OLD) as { slowness: number }).slowness = Number.POSITIVE_INFINITY;
    expect((await run('Update', properties(NEW))).Status).toBe('SUCCESS');
    const [stop, ...rest] = moved(OLD, NEW);
    expect(ec2.changes).toEqual([stop, `force stop ${OLD}`, ...rest]);
  });

  test('that nothing stops fails the deployment in time, with the volume where it was', async () => {
    (ec2.machines.get(OLD) as { slowness: number }).slowness = Number.POSITIVE_INFINITY;
    aws.surroundingsPause = () => new Promise((resolve) => setTimeout(resolve, 5));
    const told = await run('Update', properties(NEW), 20_300);
    expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: VOLUME });
    expect(told.Reason).toContain('time ran out');
    expect(ec2.holderOf(VOLUME)).toBe(OLD);
  });

  test('that is being terminated gives the volume up by itself', async () => {
    (ec2.machines.get(OLD) as { state: string }).state = 'shutting-down';
    const looks = aws.pauses;
    aws.surroundingsPause = async (milliseconds) => {
      if (looks.push(milliseconds) === 3) ec2.terminate(OLD);
    };
    expect((await run('Update', properties(NEW))).Status).toBe('SUCCESS');
    expect(ec2.changes).toEqual([`attach ${VOLUME} to ${NEW}`]);
  });

  test('another run of the same event changes nothing of the outcome', async () => {
    const both = await Promise.all([run('Update', properties(NEW)), run('Update', properties(NEW))]);
    expect(both.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(ec2.holderOf(VOLUME)).toBe(NEW);
    expect(ec2.machines.get(NEW)?.state).toBe('running');
  });

  test.each(['StopInstances', 'DetachVolume', 'AttachVolume'])('a denied %s is named', async (denied) => {
    ec2.fault = (action) => (action === denied ? awsError('UnauthorizedOperation') : undefined);
    expect(await run('Update', properties(NEW))).toMatchObject(failed(`ec2:${denied} of "`));
  });
});

describe('what is not this agent’s is not touched', () => {
  const foreign = { 'airlock:cell': 'airlock/mender' };
  test.each([
    ['a volume', () => ec2.create(VOLUME, OLD, { ...STATE_TAGS, ...foreign })],
    ['a volume without tags', () => ec2.create(VOLUME, OLD, {})],
    ['the machine that holds it', () => ec2.start(OLD, { ...HOST_TAGS, ...foreign })],
    ['a proxy box that holds it', () => ec2.start(OLD, { ...HOST_TAGS, 'airlock:part': 'proxy-box' })],
    ['the machine that should get it', () => ec2.start(NEW, { ...HOST_TAGS, ...foreign })],
    ['a volume in its place', () => ec2.create(OTHER_VOLUME, NEW, { ...STATE_TAGS, ...foreign })],
  ])('%s', async (_, spoil) => {
    ec2.start(OLD);
    ec2.start(NEW);
    ec2.create(VOLUME, OLD);
    spoil();
    expect(await run('Update', properties(NEW))).toMatchObject(
      failed(/does not carry the tags airlock:cell=airlock\/scout and airlock:part=/),
    );
    expect(ec2.changes).toEqual([]);
  });
});

test.each([
  ['a machine that is gone', () => ec2.create(VOLUME), /instance "i-\w+" does not exist/],
  [
    'a volume that is gone',
    () => ec2.start(NEW),
    /ec2:DescribeVolumes of "vol-\w+" failed with InvalidVolume/,
  ],
])('%s is a failure that says so', async (_, prepare, reason) => {
  prepare();
  expect(await run('Update', properties(NEW))).toMatchObject(failed(reason));
});

test('Delete detaches nothing: the termination of the machine does', async () => {
  ec2.start(OLD);
  ec2.create(VOLUME, OLD);
  expect(await run('Delete', properties(OLD))).toMatchObject(done);
  expect(ec2.changes).toEqual([]);
  expect(ec2.holderOf(VOLUME)).toBe(OLD);
});

test.each([
  ['InstanceId', 'i-x'],
  ['VolumeId', '*'],
  ['Device', '/dev/xvda'],
  ['Cell', 'airlock'],
])('a wrong %s is refused', async (name, value) => {
  const told = await run('Create', { ...properties(OLD), [name]: value });
  expect(told.Reason).toContain(`property ${name} of the custom resource must be`);
});

describe('CHG-1 another volume', () => {
  const LAST_YEAR = new Date('2025-11-01T00:00:00Z');
  const TODAY = new Date('2026-11-27T00:00:00Z');
  beforeEach(() => {
    ec2.start(OLD);
    Object.assign(ec2.create(VOLUME, OLD), { made: LAST_YEAR, held: LAST_YEAR });
  });
  const other = () => properties(OLD, { VolumeId: OTHER_VOLUME });

  test('that is blank is refused with the line that keeps the present one, and nothing is touched', async () => {
    Object.assign(ec2.create(OTHER_VOLUME), { made: TODAY });
    expect(await run('Update', other())).toMatchObject(
      failed(
        `the state volume "${VOLUME}" of airlock/scout would be replaced by an empty one: write "stateFrom: ${VOLUME}"`,
      ),
    );
    expect(ec2.changes).toEqual([]);
    // CloudFormation's way back.
    expect((await run('Update', properties(OLD))).Status).toBe('SUCCESS');
    expect(ec2.changes).toEqual([]);
  });

  test.each([
    ['of an age that nobody knows', {}],
    ['made of a snapshot', { made: TODAY, snapshot: 'snap-00000000000000001' }],
    ['retained, and older than the hold on the present one', { made: new Date('2025-01-01T00:00:00Z') }],
  ])('that is %s takes the place of the present one, on a stopped host', async (_, is) => {
    Object.assign(ec2.create(OTHER_VOLUME), is);
    expect(await run('Update', other())).toMatchObject({ ...done, PhysicalResourceId: OTHER_VOLUME });
    expect(ec2.changes).toEqual([...moved(OLD, OLD, OTHER_VOLUME), `start ${OLD}`]);
  });

  test('and back again, to one that once began blank, when the deployment fails later', async () => {
    Object.assign(ec2.create(OTHER_VOLUME), { made: TODAY, snapshot: 'snap-00000000000000001', held: TODAY });
    await run('Update', other());
    expect((await run('Update', properties(OLD), 800_000, other(), OTHER_VOLUME)).Status).toBe('SUCCESS');
    expect(ec2.holderOf(VOLUME)).toBe(OLD);
  });

  test('when the present one is gone, there is nothing to keep', async () => {
    ec2.volumes.delete(VOLUME);
    Object.assign(ec2.create(OTHER_VOLUME), { made: TODAY });
    expect((await run('Update', other())).Status).toBe('SUCCESS');
  });
});
