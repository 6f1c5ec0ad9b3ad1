import type { Airlock } from '../../lib/config/model';
import { contain } from '../../lib/operations/contain';
import { awsControl } from '../../lib/operations/containment/aws-control';
import { weeklyReview } from '../../lib/operations/review/weekly';
import { status } from '../../lib/operations/status';
import { type VerifyInput, type VerifyResult, verify } from '../../lib/operations/verify';
import { isFault } from '../../lib/operations/verify/fault';
import { pinned, templateOf, wayOut } from '../stack/synthesise';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { Moto, missing } from './preflight/moto';
import { BuiltAccount } from './verify/account';
import { awsFor, healthy, NOW, soundAnswers } from './verify/clients';
import { DRIFTS, type World } from './verify/drifts';

/** The failed checks with what they saw; scout's by their id alone. */
function failed(result: VerifyResult): Record<string, string> {
  if (result.reason === 'no-answer') throw new Error(result.message);
  const faults = result.lines.filter(isFault);
  return Object.fromEntries(
    faults.map(({ agent = 'scout', id, reason }) => [agent === 'scout' ? id : `${agent}/${id}`, reason]),
  );
}

(missing() === undefined ? describe : describe.skip)('verify against moto', () => {
  const kit = pinned(kitAirlock());
  let empty: Moto;
  let sound: Moto;
  let soundAccount: BuiltAccount;
  const copies: Moto[] = [];
  beforeAll(async () => {
    empty = await Moto.start();
    sound = await empty.fork();
    soundAccount = await made(kit, sound);
  });
  afterEach(() => copies.splice(0).map((copy) => copy.close()));
  afterAll(() => [sound, empty].map((each) => each?.close()));

  async function made(airlock: Airlock, moto: Moto): Promise<BuiltAccount> {
    const { network } = airlock;
    const account = new BuiltAccount(moto);
    const transitGateway = network.transitGateway && (await account.transitGateway());
    const vpc = network.vpc && (await account.vpc(network.cidr, network.dns === 'firewall'));
    account.plan(templateOf({ ...airlock, network: { ...network, transitGateway, vpc } }));
    await account.build();
    await healthy(account, airlock);
    return account;
  }

  /** An account of its own for each test. The test configuration's is made once, and copied. */
  async function built(airlock: Airlock): Promise<World> {
    const copy = await (airlock === kit ? sound : empty).fork();
    copies.push(copy);
    const account = airlock === kit ? soundAccount.in(copy) : await made(airlock, copy);
    return { airlock, account, answers: soundAnswers(account) };
  }

  const run = ({ airlock, account, answers }: World, more: Partial<VerifyInput> = {}) =>
    verify({
      aws: awsFor(account, answers),
      stack: 'airlock',
      airlock,
      now: NOW,
      ...more,
    });

  const scoutAlone = { agents: kit.agents.filter(({ name }) => name === 'scout') };
  const shapes: readonly (readonly [string, Airlock])[] = [
    ['the test configuration', kit],
    ['dns off', airlockWith({ network: { dns: 'off' } })],
    ['access none', airlockWith({ access: 'none' })],
    ['a NAT gateway', airlockWith({ network: wayOut('nat-gateway') })],
    ['a Transit Gateway', airlockWith({ network: wayOut('transit-gateway') })],
    ['one agent', airlockWith(scoutAlone)],
    [
      'another block and one resolver',
      airlockWith({ network: { cidr: '10.9.0.0/24', resolvers: ['8.8.8.8'] } }),
    ],
    ['logs kept for a month', airlockWith({ audit: { retentionDays: 30 } })],
    [
      'a NAT gateway, dns off, access none',
      airlockWith({ network: { dns: 'off', ...wayOut('nat-gateway') }, access: 'none' }),
    ],
    ['an existing VPC', airlockWith({ network: { vpc: 'vpc-0123456789abcdef0' } })],
  ];
  test.each(shapes)('finds nothing wrong with %s', async (_, airlock) => {
    const result = await run(await built(pinned(airlock)));
    expect(failed(result)).toEqual({});
    expect(result.reason).toBe('verified');
  });

  test('finds nothing wrong with a contained agent, when it is asked before the release', async () => {
    const world = await built(kit);
    const clock = { now: () => new Date(), pause: async () => undefined };
    const aws = awsControl(awsFor(world.account, world.answers), 'airlock');
    await contain({ aws, clock, stack: 'airlock', agent: 'scout' }, { by: 'a test' });
    expect(failed(await run(world, { agent: 'scout', contained: true }))).toEqual({});
    const seen = Object.keys(failed(await run(world, { agent: 'scout' })));
    expect(seen).toEqual(['machines', 'interfaces', 'proxy-role']);
  });

  test('status tells machines, policy, secrets, refusals, spend and containment of one agent', async () => {
    const world = await built(kit);
    const { account, answers } = world;
    const key = account.id('AWS::KMS::Key', { agent: 'scout' });
    await account.secret('/airlock/scout/github-read-pat', 'a value', key);
    const line = { decision: 'refuse', method: 'DELETE', host: 'api.github.com', reason: 'no rule' };
    await account.line('scout', 'gate', line, NOW);
    const CreationDate = new Date(NOW.getTime() - 10 * 86_400_000).toISOString();
    answers.DescribeImages = () => ({
      Images: kit.images.map(({ imageId: ImageId }) => ({ ImageId, CreationDate })),
    });
    answers.DescribeBudgets = () => ({});
    // moto knows no patterns with ||.
    answers.FilterLogEvents = ({ filterPattern, logStreamNames }, pass) =>
      filterPattern && !logStreamNames
        ? { events: [{ timestamp: NOW.getTime(), message: JSON.stringify(line) }] }
        : pass();
    const found = await status({ aws: awsFor(account, answers), stack: 'airlock', agent: 'scout', now: NOW });
    if (found.reason !== 'found') throw new Error(found.message);
    const [scout] = found.agents;
    expect(scout).toMatchObject({
      containment: 'open',
      health: { isHealthy: true },
      secrets: { set: 1 },
      refusals: [{ request: 'DELETE api.github.com', reason: 'no rule' }],
      policy: { packages: { release: '2023.9.20251105' } },
      missing: ['the account has no budget of it: deploy the stack'],
    });
    expect(scout?.machines?.map(({ part, state, imageDays }) => [part, state, imageDays]).sort()).toEqual([
      ['agent-host', 'running', 10],
      ['proxy-box', 'running', 10],
    ]);
    expect(scout?.streams?.map(({ name }) => name).sort()).toEqual(['gate', 'warden']);
  });

  test('the weekly review asks CloudWatch and Parameter Store what they answer', async () => {
    const { account, answers } = await built(kit);
    const key = account.id('AWS::KMS::Key', { agent: 'scout' });
    await account.secret('/airlock/scout/github-read-pat', 'a value', key);
    await account.line('scout', 'gate', { record: 'request' }, NOW);
    const [part] = await weeklyReview({
      aws: awsFor(account, answers),
      stack: 'airlock',
      agents: ['scout'],
      now: NOW,
      pause: async () => undefined,
    });
    const { egress = [] } = kit.agents.find(({ name }) => name === 'scout') ?? {};
    // moto evaluates no query, so every rule is unused.
    expect(part).toMatchObject({
      agent: 'scout',
      unused: egress.flatMap(({ id, risk }) => (risk === 'high' ? [] : [id])),
      ages: expect.arrayContaining([
        { what: 'value of the secret github-read-pat', days: expect.any(Number) },
      ]),
    });
  });

  test.each<[string, string, (account: BuiltAccount) => Promise<unknown>]>([
    [
      'a private block in the prefix list',
      'prefix-lists',
      async (account) => {
        const PrefixListId = account.id('AWS::EC2::PrefixList');
        const CurrentVersion = 1;
        const AddEntries = [{ Cidr: '10.0.0.0/8' }];
        await account.call('ec2', 'ModifyManagedPrefixList', { PrefixListId, CurrentVersion, AddEntries });
      },
    ],
    [
      'a route that leads everything out',
      'routes',
      (account) =>
        account.call('ec2', 'CreateRoute', {
          RouteTableId: account.id('AWS::EC2::RouteTable', { which: /Proxies/ }),
          DestinationCidrBlock: '0.0.0.0/0',
          TransitGatewayId: account.transit,
        }),
    ],
  ])('sees with a Transit Gateway %s: %s', async (_, seenBy, plant) => {
    const world = await built(pinned(airlockWith({ network: wayOut('transit-gateway') })));
    await plant(world.account);
    expect(Object.keys(failed(await run(world)))).toEqual([seenBy]);
  });

  const drifts = Object.entries(DRIFTS).flatMap(([seenBy, plants]) =>
    Object.entries(plants).map(([name, plant]) => [name, seenBy, plant] as const),
  );
  test.each(drifts)('sees that %s: %s', async (_, seenBy, plant) => {
    const world = await built(kit);
    await plant(world);
    expect(Object.keys(failed(await run(world)))).toEqual(seenBy.split(' '));
  });
});
