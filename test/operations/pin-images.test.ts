import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Airlock } from '../../lib/config/model';
import { IMAGES_LOCK, type ImageLine } from '../../lib/operations/image-lock';
import { type PinImagesOptions, pinImages } from '../../lib/operations/pin-images';
import { IMAGE_SOURCES } from '../../lib/pinned-versions';
import { awsError, awsWith } from '../support/aws';
import { temporary } from '../support/temporary';

const DEBIAN_13 = 'ami-00000000000000d13';
const DEBIAN_12 = 'ami-00000000000000d12';
const AMAZON = 'ami-00000000000000a23';
const OLD = 'ami-0000000000000001d';

/** What every image has. */
const IMAGE = {
  ...{ RootDeviceType: 'ebs', RootDeviceName: '/dev/xvda', Architecture: 'arm64', State: 'available' },
  OwnerId: '136693071363',
};
const TYPES = ['t4g.large', 't4g.micro', 'm7g.large'];

interface Instance {
  readonly agent: string;
  readonly part: string;
  readonly image: string;
  readonly state: string;
  readonly stack?: string;
  readonly zone?: string;
  readonly os?: string;
}

/** EC2 and Systems Manager as far as pinning knows them. */
class FakeAws {
  readonly calls: string[] = [];
  readonly instances: Instance[] = [];
  readonly parameters = new Map(
    Object.values(IMAGE_SOURCES).map(({ parameter }, index) => [
      parameter,
      [DEBIAN_13, DEBIAN_12, AMAZON][index] ?? '',
    ]),
  );
  readonly images = new Map<string, Record<string, string>>([
    [DEBIAN_13, { Name: 'debian-13-arm64' }],
    [DEBIAN_12, { Name: 'debian-12-arm64' }],
    [
      AMAZON,
      {
        ...{
          Name: 'al2023-ami-2023.9.20251105.0-kernel-6.1-arm64',
          CreationDate: '2025-11-05T01:02:03.000Z',
        },
        ...{ OwnerId: '1', ImageOwnerAlias: 'amazon' },
      },
    ],
  ]);
  /** One type is missing in zone a. */
  offerings = [
    ['us-east-1a', 't4g.large', 't4g.micro'],
    ...['us-east-1-bos-1a', 'us-east-1c', 'us-east-1b', 'eu-west-1a'].map((zone) => [zone, ...TYPES]),
  ].flatMap(([Location, ...types]) => types.map((InstanceType) => ({ Location, InstanceType })));
  fault: Record<string, string> = {};
  pageSize = 100;

  answer(action: string, input: { Name: string; ImageIds: string[] }): unknown {
    this.calls.push(action);
    const name = this.fault[action];
    if (name) throw awsError(name, 'words of AWS');
    switch (action) {
      case 'DescribeInstances':
        return this.describeInstances(input as object);
      case 'GetParameter':
        if (!this.parameters.has(input.Name)) throw awsError('ParameterNotFound');
        return { Parameter: { Value: this.parameters.get(input.Name) } };
      case 'DescribeInstanceTypeOfferings':
        return { InstanceTypeOfferings: this.offerings };
      default:
        return { Images: input.ImageIds.map((id) => ({ ImageId: id, ...IMAGE, ...this.images.get(id) })) };
    }
  }

  private describeInstances(input: { Filters?: { Name: string; Values: string[] }[]; NextToken?: string }) {
    const wanted = (name: string) => input.Filters?.find(({ Name }) => Name === name)?.Values ?? [];
    const found = this.instances.filter(
      ({ part, state, stack = 'airlock' }) =>
        wanted('tag:airlock:stack').includes(stack) &&
        wanted('tag:airlock:part').includes(part) &&
        wanted('instance-state-name').includes(state),
    );
    const from = Number(input.NextToken ?? 0);
    const tag = (name: string, Value: string) => ({ Key: `airlock:${name}`, Value });
    const page = found.slice(from, from + this.pageSize).map(({ agent, part, image, zone, os }, index) => ({
      InstanceId: `i-${from + index}`,
      ImageId: image,
      Placement: { AvailabilityZone: zone },
      Tags: [...(os ? [tag('os', os)] : []), tag('stack', 'airlock'), tag('agent', agent), tag('part', part)],
    }));
    const next = from + this.pageSize;
    return { Reservations: [{ Instances: page }], NextToken: next < found.length ? String(next) : undefined };
  }
}

const agent = (name: string, os: string, instanceType: string) => ({
  ...{ name, host: { os, instanceType }, proxy: { instanceType: 't4g.micro' } },
});
const airlock = {
  name: 'airlock',
  env: { region: 'us-east-1' },
  agents: [agent('muse', 'debian-12', 't4g.large'), agent('scout', 'debian-13', 'm7g.large')],
} as unknown as Airlock;

let directory: string;
let aws: FakeAws;
beforeEach(() => {
  directory = temporary();
  aws = new FakeAws();
});

const path = () => join(directory, IMAGES_LOCK);
const readLock = () => JSON.parse(readFileSync(path(), 'utf8'));
const pin = ({ region, ...more }: Partial<PinImagesOptions> & { region?: string } = {}) =>
  pinImages({
    ...{ airlock, directory, aws: awsWith((action, input) => aws.answer(action, input), region) },
    now: () => new Date('2026-11-20T12:00:00Z'),
    ...more,
  } as PinImagesOptions);
const line = (
  agent: string,
  machine: ImageLine['machine'],
  imageId: string,
  more: Partial<ImageLine> = {},
): ImageLine => ({ agent, machine, region: 'us-east-1', imageId, pinned: '2026-01-01', ...more });
/** Scout's agent host, as it runs. */
const host = (image: string, more: Partial<Instance> = {}) =>
  aws.instances.push({ agent: 'scout', part: 'agent-host', image, state: 'running', ...more });
const write = (...images: ImageLine[]) =>
  writeFileSync(path(), `${JSON.stringify({ version: 1, images }, null, 2)}\n`);
const idsOf = () =>
  readLock().images.map(({ agent, machine, imageId }: ImageLine) => `${agent} ${machine} ${imageId}`);

test('CHG-1 every machine gets a line with the newest image of its system, sorted', async () => {
  expect(await pin()).toMatchObject({ reason: 'pinned', orphaned: [], drift: [] });
  const pinned = '2026-11-20';
  const amazon = { name: 'al2023-ami-2023.9.20251105.0-kernel-6.1-arm64', created: '2025-11-05', pinned };
  expect(readLock()).toEqual({
    version: 1,
    images: [
      line('muse', 'agent-host', DEBIAN_12, { name: 'debian-12-arm64', pinned }),
      line('muse', 'proxy-box', AMAZON, amazon),
      line('scout', 'agent-host', DEBIAN_13, { name: 'debian-13-arm64', pinned }),
      line('scout', 'proxy-box', AMAZON, amazon),
    ],
    zones: [{ region: 'us-east-1', zone: 'us-east-1b' }],
    amazonLinux: { release: '2023.9.20251105' },
  });
  expect(aws.calls.filter((action) => action === 'GetParameter')).toHaveLength(3);
});

test('pinning again changes nothing and writes nothing', async () => {
  await pin();
  const { ino } = statSync(path());
  aws.parameters.set(IMAGE_SOURCES['debian-13'].parameter, OLD);
  expect(await pin({ now: () => new Date('2027-01-01') })).toMatchObject({ reason: 'current', pinned: [] });
  expect(statSync(path()).ino).toBe(ino);
});

test.each(['pending', 'running', 'stopping', 'stopped'])(
  'CHG-1 a machine that is %s is pinned to what it was started from',
  async (state) => {
    host(OLD, { state });
    const result = await pin();
    expect(idsOf()).toContain(`scout agent-host ${OLD}`);
    expect(result).toMatchObject({ reason: 'pinned' });
    const origins = 'pinned' in result && result.pinned.map(({ from }) => from);
    expect(origins).toEqual(['newest', 'newest', 'running', 'newest']);
  },
);

test.each([{ state: 'terminated' }, { stack: 'other' }, { part: 'state' }])(
  'an instance with %j does not count',
  async (more) => {
    host(OLD, more);
    await pin();
    expect(idsOf()).toContain(`scout agent-host ${DEBIAN_13}`);
  },
);

test('machines are found on every page', async () => {
  aws.pageSize = 1;
  const machines = ['muse agent-host', 'muse proxy-box', 'scout agent-host', 'scout proxy-box'];
  for (const [agent = '', part = ''] of machines.map((each) => each.split(' '))) host(OLD, { agent, part });
  await pin();
  expect(idsOf()).toEqual(machines.map((each) => `${each} ${OLD}`));
  // Only that of Amazon Linux, for the release that proxy boxes upgrade to.
  expect(aws.calls.filter((action) => action === 'GetParameter')).toHaveLength(1);
});

describe('the release of Amazon Linux', () => {
  const publish = (Name: string) => aws.images.set(AMAZON, { ...aws.images.get(AMAZON), Name });
  const release = () => readLock().amazonLinux.release;

  test('is written once and stays when a newer image appears', async () => {
    await pin();
    publish('al2023-ami-2023.10.20260202.0-kernel-6.1-arm64');
    expect(await pin({ newer: true })).toMatchObject({ reason: 'current' });
    expect(release()).toBe('2023.9.20251105');
  });

  test('CHG-1 moves with refresh, and no line of a machine does', async () => {
    await pin();
    const before = idsOf();
    aws.parameters.set(IMAGE_SOURCES['debian-13'].parameter, OLD);
    publish('al2023-ami-2023.10.20260202.0-kernel-6.12-arm64');
    expect(await pin({ refresh: true })).toMatchObject({
      reason: 'pinned',
      pinned: [],
      release: { now: '2023.10.20260202', before: '2023.9.20251105' },
    });
    expect(release()).toBe('2023.10.20260202');
    expect(idsOf()).toEqual(before);
  });

  test('never goes back', async () => {
    await pin();
    publish('al2023-ami-2023.8.20250721.0-kernel-6.1-arm64');
    expect(await pin({ refresh: true })).toMatchObject({ reason: 'current' });
    expect(release()).toBe('2023.9.20251105');
  });

  test.each(
    ['minimal-2023.9.20251105.0', '2023.9.0'].map((release) => `al2023-ami-${release}-kernel-6.1-arm64`),
  )('is not guessed from an image called %s', async (name) => {
    publish(name);
    expect(await pin()).toMatchObject({ reason: 'image-refused', message: expect.stringContaining(name) });
  });
});

test('a deployed machine whose image was withdrawn is pinned to it all the same, of unknown age', async () => {
  host(OLD, { part: 'proxy-box' });
  const answer = aws.answer.bind(aws);
  aws.answer = (action, input) => {
    if (input.ImageIds?.includes(OLD)) throw awsError('InvalidAMIID.NotFound');
    return answer(action, input);
  };
  await pin();
  expect(readLock().images).toContainEqual(line('scout', 'proxy-box', OLD, { pinned: '2026-11-20' }));
});

test('newer renews the lines of machines that are not deployed, and no other', async () => {
  write(
    line('muse', 'agent-host', OLD),
    line('scout', 'agent-host', OLD),
    line('scout', 'proxy-box', OLD, { region: 'eu-west-1' }),
  );
  host(OLD, { state: 'stopped' });
  const result = await pin({ newer: true });
  expect(idsOf()).toEqual([
    `muse agent-host ${DEBIAN_12}`,
    `muse proxy-box ${AMAZON}`,
    `scout agent-host ${OLD}`,
    `scout proxy-box ${OLD}`,
    `scout proxy-box ${AMAZON}`,
  ]);
  const before = 'pinned' in result && result.pinned.map((each) => each.before);
  expect(before).toEqual([OLD, undefined, undefined]);
});

test('a line is left as it is, day included, when newer finds the same image', async () => {
  await pin();
  expect((await pin({ newer: true, now: () => new Date('2027-01-01') })).reason).toBe('current');
});

test('CHG-1 the line of a deployed machine is never changed, and a difference is reported', async () => {
  write(line('scout', 'agent-host', OLD));
  host(DEBIAN_13);
  const result = await pin({ newer: true });
  expect(idsOf()).toContain(`scout agent-host ${OLD}`);
  expect(result).toMatchObject({ drift: [{ line: { imageId: OLD }, running: DEBIAN_13 }] });
});

test('a host of another system than the configuration asks for is pinned to the newest image of that', async () => {
  host(OLD, { os: 'debian-12' });
  for (const before of [[], [line('scout', 'agent-host', OLD)]]) {
    write(...before);
    expect(await pin()).toMatchObject({ reason: 'pinned', drift: [] });
    expect(idsOf()).toContain(`scout agent-host ${DEBIAN_13}`);
  }
});

describe('CHG-1 the zone', () => {
  const zonesOf = () => readLock().zones;
  const at = (zone: string) => [{ region: 'us-east-1', zone }];

  test('is the first that offers every instance type of the configuration, and no local zone', async () => {
    expect(await pin()).toMatchObject({ zone: { zone: 'us-east-1b', from: 'offered' } });
    expect(zonesOf()).toEqual(at('us-east-1b'));
  });

  const env = { region: 'us-east-1', zone: 'us-east-1c' };

  test('is what airlock.yaml says, when nothing is deployed', async () => {
    expect(await pin({ airlock: { ...airlock, env } })).toMatchObject({ zone: { from: 'configured' } });
    expect(zonesOf()).toEqual(at('us-east-1c'));
    expect(aws.calls).not.toContain('DescribeInstanceTypeOfferings');
  });

  test('is where the machines are, whatever airlock.yaml says', async () => {
    host(OLD, { zone: 'us-east-1d' });
    expect(await pin({ airlock: { ...airlock, env } })).toMatchObject({ zone: { from: 'running' } });
    expect(zonesOf()).toEqual(at('us-east-1d'));
  });

  test('keeps its line for ever, and a difference is reported', async () => {
    await pin();
    host(OLD, { zone: 'us-east-1d' });
    const drift = { line: { region: 'us-east-1', zone: 'us-east-1b' }, running: 'us-east-1d' };
    expect(await pin({ newer: true })).toMatchObject({ zoneDrift: drift });
    expect(zonesOf()).toEqual(at('us-east-1b'));
  });

  test('has a line for each region', async () => {
    await pin();
    await pin({ region: 'eu-west-1' });
    expect(zonesOf()).toEqual([{ region: 'eu-west-1', zone: 'eu-west-1a' }, ...at('us-east-1b')]);
  });
});

test('lines of agents that are gone are kept and named, and dropped with prune', async () => {
  write(line('ghost', 'agent-host', OLD));
  expect(await pin()).toMatchObject({ orphaned: [{ agent: 'ghost' }] });
  expect(idsOf()).toContain(`ghost agent-host ${OLD}`);
  expect(await pin({ prune: true })).toMatchObject({ reason: 'pinned', orphaned: [{ agent: 'ghost' }] });
  expect(idsOf()).not.toContain(`ghost agent-host ${OLD}`);
});

describe('is refused, and nothing is written', () => {
  const expectRefused = async (reason: string, message: RegExp) => {
    const result = await pin();
    const said = { message: expect.stringMatching(message), fix: expect.stringMatching(/\S/) };
    expect(result).toMatchObject({ reason, ...said });
    expect(JSON.stringify(result)).not.toContain('words of AWS');
    expect(() => statSync(path())).toThrow('ENOENT');
  };

  test.each([
    [
      'DescribeInstances',
      'UnauthorizedOperation',
      'denied',
      /^AWS denied ec2:DescribeInstances in us-east-1$/,
    ],
    ['DescribeImages', 'UnauthorizedOperation', 'denied', /ec2:DescribeImages/],
    ['GetParameter', 'AccessDeniedException', 'denied', /ssm:GetParameter/],
    ['DescribeInstances', 'CredentialsProviderError', 'no-credentials', /^AWS accepted no credentials/],
    ['DescribeInstances', 'ExpiredToken', 'no-credentials', /^AWS accepted no credentials/],
    ['GetParameter', 'ExpiredTokenException', 'no-credentials', /^AWS accepted no credentials/],
    ['DescribeInstances', 'TimeoutError', 'unreachable', /^us-east-1 could not be reached/],
    ['GetParameter', 'ThrottlingException', 'throttled', /takes no more calls/],
    ['GetParameter', 'InternalServerError', 'aws-error', /failed with InternalServerError$/],
    ['GetParameter', 'words of AWS', 'aws-error', /failed with an unnamed error$/],
    ['GetParameter', 'ParameterNotFound', 'image-refused', /has no public parameter \/aws\/service\/debian/],
    ['DescribeImages', 'InvalidAMIID.NotFound', 'image-refused', /does not exist in us-east-1$/],
  ])('when %s answers %s', async (action, name, reason, message) => {
    aws.fault = { [action]: name };
    await expectRefused(reason, message);
  });

  test.each([
    [DEBIAN_13, { Architecture: 'x86_64' }, /is for x86_64, not for arm64$/],
    [DEBIAN_13, { State: 'pending' }, /is pending, not available$/],
    [
      DEBIAN_13,
      { RootDeviceName: '/dev/sda1' },
      /its root on \/dev\/sda1 \(ebs\), not on \/dev\/xvda \(ebs\)$/,
    ],
    [
      DEBIAN_13,
      { RootDeviceType: 'instance-store' },
      /has its root on \/dev\/xvda \(instance-store\), not on/,
    ],
    [DEBIAN_13, { OwnerId: '111122223333' }, /of debian-13 belongs to 111122223333, not to 136693071363$/],
    [AMAZON, { ImageOwnerAlias: 'aws-marketplace' }, /belongs to aws-marketplace, not to amazon$/],
  ])('%s with %j', async (image, wrong, message) => {
    aws.images.set(image, { ...aws.images.get(image), ...wrong });
    await expectRefused('image-refused', message);
  });

  const twoHosts = /"scout" has two machines tagged agent-host: i-0 \(ami-.*1d\) and i-1 \(ami-.*d13\)$/;
  const noZone = /no zone of us-east-1 offers all of t4g.large, t4g.micro, m7g.large/;
  test.each<[reason: string, RegExp, spoil: () => unknown]>([
    [
      'image-refused',
      /holds no image id$/,
      () => aws.parameters.set(IMAGE_SOURCES['debian-13'].parameter, 'latest'),
    ],
    ['ambiguous', twoHosts, () => [OLD, DEBIAN_13].map((image) => host(image))],
    [
      'ambiguous',
      /us-east-1b and us-east-1c/,
      () => ['us-east-1b', 'us-east-1c'].map((zone) => host(OLD, { zone })),
    ],
    ['no-zone', noZone, () => aws.offerings.splice(3)],
  ])('as %s: %s', async (reason, message, spoil) => {
    spoil();
    await expectRefused(reason, message);
  });
});

const lockOf = (...images: ImageLine[]) => JSON.stringify({ version: 1, images });
const TWICE = lockOf(line('a', 'agent-host', OLD), line('a', 'agent-host', AMAZON));
test.each([
  ['not JSON', 'nonsense', /is not JSON$/],
  ['of another version', '{"version":2,"images":[]}', /is wrong at version/],
  ['with a strange image id', lockOf(line('a', 'agent-host', 'latest')), /is wrong at images\.0\.imageId/],
  ['with two lines for one machine', TWICE, /has two lines for one machine$/],
])('a lock %s is refused before AWS is asked', async (_, text, message) => {
  writeFileSync(path(), text);
  expect(await pin()).toMatchObject({ reason: 'lock-unreadable', message: expect.stringMatching(message) });
  expect(aws.calls).toEqual([]);
  expect(readFileSync(path(), 'utf8')).toBe(text);
});

test('images come from arm64 sources alone', () => {
  for (const { parameter } of Object.values(IMAGE_SOURCES))
    expect(parameter).toMatch(/^\/aws\/service\/.*arm64$/);
});
