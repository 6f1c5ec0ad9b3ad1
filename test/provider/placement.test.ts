import { awsError } from '../support/aws';
import { useFakeAccount } from './fake-account';

const DEBIAN_13 = '/aws/service/debian/release/13/latest/arm64';
const DEBIAN_12 = '/aws/service/debian/release/12/latest/arm64';
const AMAZON = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
const ami = (digit: string) => `ami-${digit.repeat(17)}`;

/** What AWS has at the moment: public parameters, offerings by zone, machines. */
let newest: Record<string, string>;
let offerings: Record<string, string[]>;
let machines: { part: string; image: string; zone: string; os?: string; state?: string }[];
const aws = useFakeAccount();

beforeEach(() => {
  newest = { [DEBIAN_13]: ami('1'), [DEBIAN_12]: ami('2'), [AMAZON]: ami('3') };
  offerings = {
    'us-east-1-bos-1a': ['t4g.large', 't4g.micro'],
    'us-east-1a': ['t4g.micro'],
    'us-east-1b': ['t4g.large', 't4g.micro'],
    'us-east-1c': ['t4g.large', 't4g.micro'],
  };
  machines = [];
  const send = async (command: object) => answer(command);
  aws.ec2 = { send } as never;
  aws.ssm.send = send;
});

function answer(command: object): unknown {
  const { input } = command as { input: { Name: string; NextToken?: string } };
  switch (command.constructor.name) {
    case 'GetParameterCommand':
      if (!newest[input.Name]) throw awsError('ParameterNotFound');
      return { Parameter: { Value: newest[input.Name] } };
    case 'DescribeInstanceTypeOfferingsCommand': {
      const all = Object.entries(offerings).flatMap(([Location, types]) =>
        types.map((InstanceType) => ({ Location, InstanceType })),
      );
      const from = Number(input.NextToken ?? 0);
      const NextToken = from + 3 < all.length ? String(from + 3) : undefined;
      return { InstanceTypeOfferings: all.slice(from, from + 3), NextToken };
    }
    default:
      return { Reservations: machines.map((machine) => ({ Instances: [instance(machine)] })) };
  }
}

function instance({ part, image, zone, os }: (typeof machines)[number]) {
  const tags = { 'airlock:part': part, 'airlock:os': os };
  return {
    ImageId: image,
    Placement: { AvailabilityZone: zone },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** As CloudFormation goes on: the answer's physical id is in the next event. */
const run = (ResourceType: string, properties: object, PhysicalResourceId?: string, before?: object) =>
  aws.run({
    RequestType: PhysicalResourceId ? 'Update' : 'Create',
    ResourceType,
    PhysicalResourceId,
    ResourceProperties: properties,
    OldResourceProperties: before,
  });

describe('CHG-1 the zone of a stack that nobody pinned', () => {
  const properties = (InstanceTypes: readonly string[] = ['t4g.large', 't4g.micro']) => ({
    Stack: 'airlock',
    Region: 'us-east-1',
    InstanceTypes,
  });
  const place = (types?: readonly string[], physicalId?: string) =>
    run('Custom::AirlockZone', properties(types), physicalId, physicalId ? properties() : undefined);

  test('is the first of the region that offers every instance type, and no local zone', async () => {
    expect(await place()).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'us-east-1b',
      Data: { Zone: 'us-east-1b' },
    });
  });

  test('never moves: not when offerings change, not when instance types do', async () => {
    const { PhysicalResourceId } = await place();
    offerings = { 'us-east-1a': ['t4g.large', 't4g.micro', 'm8g.large'] };
    expect(await place(['m8g.large', 't4g.micro'], PhysicalResourceId)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'us-east-1b',
      Data: { Zone: 'us-east-1b' },
    });
  });

  test('is where the machines are, when a stack was pinned until now', async () => {
    machines = [{ part: 'agent-host', image: ami('9'), zone: 'us-east-1c' }];
    expect((await place()).Data).toEqual({ Zone: 'us-east-1c' });
  });

  test('is not guessed when the machines are in two', async () => {
    machines = ['us-east-1b', 'us-east-1c'].map((zone) => ({ part: 'agent-host', image: ami('9'), zone }));
    const told = await place();
    expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'airlock' });
    expect(told.Reason).toContain('us-east-1b and us-east-1c: pin one of them');
  });

  test('does not exist where no zone offers all types, and the failed creation is undone', async () => {
    const told = await place(['t4g.large', 'x9g.metal']);
    expect(told.Reason).toContain('no zone of us-east-1 offers all of t4g.large, x9g.metal');
    expect(
      (await aws.run({ RequestType: 'Delete', ResourceType: 'Custom::AirlockZone', ...told })).Status,
    ).toBe('SUCCESS');
  });
});

describe('CHG-1 the images of an agent that nobody pinned', () => {
  const properties = (os: '13' | '12' = '13', more: object = {}) => ({
    Cell: 'airlock/scout',
    Os: `debian-${os}`,
    HostParameter: os === '13' ? DEBIAN_13 : DEBIAN_12,
    BoxParameter: AMAZON,
    ...more,
  });
  const choose = (wanted: object, physicalId?: string, before?: object) =>
    run('Custom::AirlockImages', wanted, physicalId, before);

  test('are the newest when the agent is created', async () => {
    expect(await choose(properties())).toMatchObject({
      Status: 'SUCCESS',
      Data: { AgentHost: ami('1'), ProxyBox: ami('3') },
    });
  });

  test('stay when newer ones appear', async () => {
    const { PhysicalResourceId } = await choose(properties());
    newest = { [DEBIAN_13]: ami('a'), [AMAZON]: ami('b') };
    expect(await choose(properties(), PhysicalResourceId, properties())).toMatchObject({
      PhysicalResourceId,
      Data: { AgentHost: ami('1'), ProxyBox: ami('3') },
    });
  });

  test('of the host is another for another system, of the box not, and the way back finds the old one', async () => {
    const first = await choose(properties());
    newest = { [DEBIAN_13]: ami('a'), [DEBIAN_12]: ami('c'), [AMAZON]: ami('b') };
    machines = [
      { part: 'agent-host', image: ami('1'), zone: 'us-east-1b', os: 'debian-13' },
      { part: 'proxy-box', image: ami('3'), zone: 'us-east-1b' },
    ];
    const second = await choose(properties('12'), first.PhysicalResourceId, properties());
    expect(second.Data).toEqual({ AgentHost: ami('c'), ProxyBox: ami('3') });
    for (const { PhysicalResourceId } of [first, second]) {
      expect((await choose(properties(), PhysicalResourceId, properties('12'))).Data).toEqual(first.Data);
    }
  });

  test('are those that run, when an agent was pinned until now', async () => {
    machines = [
      { part: 'agent-host', image: ami('8'), zone: 'us-east-1b', os: 'debian-13' },
      { part: 'proxy-box', image: ami('9'), zone: 'us-east-1b' },
    ];
    expect((await choose(properties())).Data).toEqual({ AgentHost: ami('8'), ProxyBox: ami('9') });
    expect((await choose(properties('12'))).Data).toEqual({ AgentHost: ami('2'), ProxyBox: ami('9') });
  });

  test('are asked for only where none is pinned', async () => {
    const { HostParameter: _, ...boxOnly } = properties();
    expect((await choose(boxOnly)).Data).toEqual({ ProxyBox: ami('3') });
  });

  test.each([
    [
      'a parameter that is gone',
      {},
      /ssm:GetParameter of "\/aws\/service\/\S+" failed with ParameterNotFound/,
    ],
    ['a parameter without an image id', { [DEBIAN_13]: 'x' }, /holds no image id: pin the images/],
  ])('%s fails the deployment', async (_, values, reason) => {
    newest = values;
    expect((await choose(properties())).Reason).toMatch(reason);
  });

  test.each([
    ['HostParameter', '/airlock/scout/github-write-pat'],
    ['BoxParameter', ''],
    ['Cell', 'airlock'],
    ['Os', 'Debian 13'],
  ])('a wrong %s is refused', async (name, value) => {
    expect((await choose(properties('13', { [name]: value }))).Reason).toContain(
      `property ${name} of the custom`,
    );
  });
});
