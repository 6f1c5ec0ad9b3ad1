import type { Airlock } from '../../lib/config/model';
import { IMAGE_SOURCES } from '../../lib/pinned-versions';
import { kitAirlock } from '../support/arbitrary-airlock';
import { POLICY_EDITS, REPLACING_EDITS } from './edits';
import { Account, digestOf } from './replacement/account';
import { SimulatedStack } from './replacement/stack';
import { MODES, pinned, type StackTemplate, type TemplateResource, templateOf } from './synthesise';

const BASE = pinned(kitAirlock());
const BEFORE = templateOf(BASE);

const only = (type: string, prefix: string, { Resources }: StackTemplate = BEFORE) =>
  Object.keys(Resources).find((id) => Resources[id]?.Type === type && id.startsWith(prefix)) as string;
const PARAMETER = IMAGE_SOURCES['debian-13'].parameter;
const HOST = only('AWS::EC2::Instance', 'scoutHost');
const VOLUME = only('AWS::EC2::Volume', 'scoutState');

async function deployed(template: StackTemplate) {
  const account = new Account();
  const stack = new SimulatedStack(account);
  expect(await stack.update(template)).toMatchObject({ reason: 'updated' });
  return { account, stack };
}

/** The volume is the one it was, and where it belongs. */
async function expectReplaced(before: StackTemplate, after: StackTemplate, seed = 0) {
  const { account, stack } = await deployed(before);
  const [host, volume] = [stack.id(HOST), stack.id(VOLUME)];
  const outcome = await stack.update(after, { shuffle: shuffled(seed) });
  expect(outcome).toEqual({ reason: 'updated', steps: expect.any(Number) });
  expect(stack.id(HOST)).not.toBe(host);
  expect(stack.id(VOLUME)).toBe(volume);
  expect(account.ec2.holderOf(volume)).toBe(stack.id(HOST));
  expect(account.ec2.machines.get(stack.id(HOST))?.state).toBe('running');
  expect(account.ec2.machines.get(host)?.state).toBe('terminated');
  return (outcome as { steps: number }).steps;
}

/** Orders that CloudFormation may choose as well. */
function shuffled(seed: number) {
  let state = seed;
  return (ids: readonly string[]): string[] =>
    seed === 0
      ? [...ids]
      : ids
          .map((id) => {
            state = (state * 1103515245 + 12345) % 2 ** 31;
            return [state, id] as const;
          })
          .sort(([a], [b]) => a - b)
          .map(([, id]) => id);
}

const EDITS = REPLACING_EDITS.map(({ what, edit }) => [what, edit] as const);

describe('a replacement succeeds, and the state volume goes with it', () => {
  test.each(EDITS)('%s', async (_, edit) => {
    const after = templateOf(edit(BASE));
    for (const seed of [0, 1, 2, 3]) await expectReplaced(BEFORE, after, seed);
  });

  test.each(MODES)('network.cidr with %s', async (_, airlock) => {
    await expectReplaced(templateOf(airlock), templateOf(editOf('network.cidr')(airlock)));
  });
});

describe('a replacement that fails at any step leaves everything as it was', () => {
  test.each(EDITS)('%s', async (_, edit) => {
    const after = templateOf(edit(BASE));
    const steps = await expectReplaced(BEFORE, after);
    const { account, stack } = await deployed(BEFORE);
    const digest = digestOf(account);
    for (let failAfter = 1; failAfter <= steps; failAfter += 1) {
      const outcome = await stack.update(after, { failAfter });
      expect(outcome).toEqual({ reason: 'rolled back', because: 'a failure that the test wants' });
      expect([failAfter, digestOf(account)]).toEqual([failAfter, digest]);
      expect(account.ec2.holderOf(stack.id(VOLUME))).toBe(stack.id(HOST));
    }
  });
});

describe('CHG-1 a stack that nobody pinned keeps its zone and its images', () => {
  const unpinned: Airlock = { ...kitAirlock(), env: { region: 'us-east-1' }, images: [] };
  const template = templateOf(unpinned);
  const edited = templateOf(
    POLICY_EDITS.reduce((airlock, { edit }) => edit(airlock), withBiggerHost(unpinned)),
  );
  const images = (digit: string) =>
    Object.fromEntries(
      Object.values(IMAGE_SOURCES).map(({ parameter }) => [parameter, `ami-${digit.repeat(17)}`]),
    );

  /** Deployed, and then the world goes on. */
  async function deployedLongAgo(first: StackTemplate) {
    const account = new Account();
    account.newest = images('1');
    const stack = new SimulatedStack(account);
    expect(await stack.update(first)).toMatchObject({ reason: 'updated' });
    account.newest = images('2');
    account.zones = ['us-east-1c', 'us-east-1b', 'us-east-1a'];
    const placed = () =>
      [...account.existing.values()]
        .filter(({ type }) => ['AWS::EC2::Instance', 'AWS::EC2::Subnet', 'AWS::EC2::Volume'].includes(type))
        .map(({ id }) => id);
    return { account, stack, placed };
  }

  test('when it is deployed again, edited or not, pinned or not', async () => {
    const { account, stack, placed } = await deployedLongAgo(template);
    const before = placed();
    const deployedImages = [...account.existing.values()].filter(({ type }) => type === 'AWS::EC2::Instance');
    expect(deployedImages.map(({ properties }) => properties.ImageId)).toEqual(
      Array(4).fill(images('1')[PARAMETER]),
    );
    const pins = templateOf({
      ...unpinned,
      env: { region: 'us-east-1', zone: 'us-east-1a' },
      images: BASE.images.map((line) => ({ ...line, imageId: `ami-${'1'.repeat(17)}` })),
    });
    for (const next of [template, edited, pins, template, pins]) {
      expect(await stack.update(next)).toMatchObject({ reason: 'updated' });
      expect(placed()).toEqual(before);
    }
  });

  test('and another system takes the newest image of it, and goes back to the one before', async () => {
    const { account, stack } = await deployedLongAgo(template);
    const other = templateOf({
      ...unpinned,
      agents: unpinned.agents.map((agent) => ({ ...agent, host: { ...agent.host, os: 'debian-12' } })),
    });
    const image = () => account.existing.get(stack.id(HOST))?.properties.ImageId;
    expect(await stack.update(other, { failAfter: 3 })).toMatchObject({ reason: 'rolled back' });
    expect(image()).toBe(images('1')[PARAMETER]);
    expect(await stack.update(other)).toMatchObject({ reason: 'updated' });
    expect(image()).toBe(images('2')[PARAMETER]);
    expect(account.ec2.holderOf(stack.id(VOLUME))).toBe(stack.id(HOST));
  });

  test('which images that every deployment looks up would not', async () => {
    const lookedUp = structuredClone(template);
    lookedUp.Parameters = {
      Newest: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: PARAMETER },
    };
    (lookedUp.Resources[HOST] as TemplateResource).Properties.ImageId = { Ref: 'Newest' };
    const { stack, placed } = await deployedLongAgo(lookedUp);
    const before = placed();
    expect(await stack.update(lookedUp)).toMatchObject({ reason: 'updated' });
    expect(placed()).not.toEqual(before);
  });

  test("nor a zone that is the region's first", async () => {
    const firstZone = structuredClone(template);
    for (const { Properties } of Object.values(firstZone.Resources)) {
      if (Properties?.AvailabilityZone)
        Properties.AvailabilityZone = { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] };
    }
    const { stack } = await deployedLongAgo(firstZone);
    expect(await stack.update(firstZone)).toEqual({
      reason: 'rolled back',
      because: expect.stringMatching(/overlaps with AWS::EC2::Subnet/),
    });
  });
});

describe('the simulation refuses what AWS refuses', () => {
  const attachment = only('Custom::AirlockStateAttachment', 'scout');
  const bigger = editOf('host.rootGiB')(BASE);
  const moved = editOf('network.cidr')(BASE);
  const viaNat = (airlock: Airlock): Airlock => ({
    ...airlock,
    network: { ...airlock.network, egress: 'nat-gateway' },
  });

  test.each([
    [
      'a volume among the properties of its host',
      bigger,
      ({ Resources }: StackTemplate) => {
        delete Resources[attachment];
        (Resources[HOST] as TemplateResource).Properties.Volumes = [{ VolumeId: { Ref: VOLUME } }];
      },
      /asks for vol-\w+, which is attached/,
    ],
    [
      'a volume attached by CloudFormation',
      bigger,
      ({ Resources }: StackTemplate) => {
        (Resources[attachment] as TemplateResource).Type = 'AWS::EC2::VolumeAttachment';
      },
      /asks for vol-\w+, which is attached/,
    ],
    [
      'a host with a fixed address',
      bigger,
      ({ Resources }: StackTemplate) => {
        (Resources[HOST] as TemplateResource).Properties.PrivateIpAddress = '10.64.0.10';
      },
      /asks for the address 10\.64\.0\.10/,
    ],
    [
      'an internet gateway that stays when its VPC is replaced',
      moved,
      rename('AWS::EC2::InternetGateway'),
      /asks for the internet gateway/,
    ],
  ])('%s', async (_, airlock, weaken, because) => {
    await expectRefused(BEFORE, templateOf(airlock), weaken, because);
  });

  test('an address that stays when its NAT gateway is replaced', async () => {
    await expectRefused(
      templateOf(viaNat(BASE)),
      templateOf(viaNat(moved)),
      rename('AWS::EC2::EIP', 'EnvironmentNetwork'),
      /asks for the address AWS::EC2::EIP/,
    );
  });
});

async function expectRefused(
  before: StackTemplate,
  after: StackTemplate,
  weaken: (template: StackTemplate) => void,
  because: RegExp,
) {
  const weakened = [before, after].map((template) => {
    const copy = structuredClone(template);
    weaken(copy);
    return copy;
  });
  const { account, stack } = await deployed(weakened[0] as StackTemplate);
  const digest = digestOf(account);
  expect(await stack.update(weakened[1] as StackTemplate)).toEqual({
    reason: 'rolled back',
    because: expect.stringMatching(because),
  });
  expect(digestOf(account)).toBe(digest);
}

/** Gives a resource the same logical id in every template. */
function rename(type: string, prefix = '') {
  return (template: StackTemplate): void => {
    const id = only(type, prefix, template);
    Object.assign(template, JSON.parse(JSON.stringify(template).replaceAll(`"${id}"`, '"Renamed"')));
  };
}

function withBiggerHost(airlock: Airlock): Airlock {
  return {
    ...airlock,
    agents: airlock.agents.map((agent) => ({
      ...agent,
      host: { ...agent.host, instanceType: 'm7g.xlarge' },
    })),
  };
}

function editOf(name: string): (airlock: Airlock) => Airlock {
  const found = REPLACING_EDITS.find(({ what }) => what === name);
  if (!found) throw new Error(`no edit of ${name}`);
  return found.edit;
}
