import type { Airlock } from '../../lib/config/model';
import { shippedAirlock } from '../support/arbitrary-airlock';
import { REPLACING_EDITS } from './edits';
import { Account, digestOf } from './replacement/account';
import { SimulatedStack } from './replacement/stack';
import { MODES, pinned, type StackTemplate, type TemplateResource, templateOf } from './synthesise';

const BASE = pinned(shippedAirlock());
const BEFORE = templateOf(BASE);

const only = (type: string, prefix: string, { Resources }: StackTemplate = BEFORE) =>
  Object.keys(Resources).find((id) => Resources[id]?.Type === type && id.startsWith(prefix)) as string;
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

const EDITS = REPLACING_EDITS.filter(({ what }) => what !== 'env.zone').map(
  ({ what, edit }) => [what, edit] as const,
);

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
    for (let failAfter = 1; failAfter <= steps; failAfter += 1) {
      const { account, stack } = await deployed(BEFORE);
      const digest = digestOf(account);
      const outcome = await stack.update(after, { failAfter });
      expect(outcome).toEqual({ reason: 'rolled back', because: 'a failure that the test wants' });
      expect([failAfter, digestOf(account)]).toEqual([failAfter, digest]);
      expect(account.ec2.holderOf(stack.id(VOLUME))).toBe(stack.id(HOST));
    }
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

function editOf(name: string): (airlock: Airlock) => Airlock {
  const found = REPLACING_EDITS.find(({ what }) => what === name);
  if (!found) throw new Error(`no edit of ${name}`);
  return found.edit;
}
