import type { Airlock } from '../../lib/config/model';
import { contain } from '../../lib/operations/contain';
import { awsControl } from '../../lib/operations/containment/aws-control';
import { type VerifyInput, type VerifyResult, verify } from '../../lib/operations/verify';
import { pinned, templateOf, wayOut } from '../stack/synthesise';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { Moto, missing } from './preflight/moto';
import { BuiltAccount } from './verify/account';
import { clientsOf, healthy, NOW, soundAnswers } from './verify/clients';
import { DRIFTS, type World } from './verify/drifts';

/** The failed checks with what they saw; scout's by their id alone. */
function failed(result: VerifyResult): Record<string, string> {
  if (result.reason === 'no-answer') throw new Error(result.message);
  const faults = result.lines.filter((line) => line.result === 'fail');
  return Object.fromEntries(
    faults.map(({ agent = 'scout', id, reason }) => [agent === 'scout' ? id : `${agent}/${id}`, reason]),
  );
}

(missing() === undefined ? describe : describe.skip)('verify against moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
  }, 60_000);
  afterAll(() => moto?.close());

  async function built(airlock: Airlock): Promise<World> {
    await moto.reset();
    const { network } = airlock;
    const account = new BuiltAccount(moto);
    const transitGateway = network.transitGateway && (await account.transitGateway());
    const vpc = network.vpc && (await account.vpc(network.cidr, network.dns === 'firewall'));
    account.plan(templateOf({ ...airlock, network: { ...network, transitGateway, vpc } }));
    await account.build();
    await healthy(account, airlock);
    return { airlock, account, answers: soundAnswers(account) };
  }

  const run = ({ airlock, account, answers }: World, more: Partial<VerifyInput> = {}) =>
    verify({
      clients: clientsOf(account, answers),
      region: 'us-east-1',
      stack: 'airlock',
      airlock,
      now: NOW,
      ...more,
    });

  const kit = pinned(kitAirlock());
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
  test.each(shapes)(
    'finds nothing wrong with %s',
    async (_, airlock) => {
      const result = await run(await built(pinned(airlock)));
      expect(failed(result)).toEqual({});
      expect(result.reason).toBe('verified');
    },
    60_000,
  );

  test('finds nothing wrong with a contained agent, when it is asked before the release', async () => {
    const world = await built(kit);
    const clients = clientsOf(world.account, world.answers);
    const clock = { now: () => new Date(), pause: async () => undefined };
    const aws = awsControl(clients, 'us-east-1', 'airlock');
    await contain({ aws, clock, stack: 'airlock', agent: 'scout' }, { by: 'a test' });
    expect(failed(await run(world, { agent: 'scout', contained: true }))).toEqual({});
    const seen = Object.keys(failed(await run(world, { agent: 'scout' })));
    expect(seen).toEqual(['machines', 'interfaces', 'proxy-role']);
  }, 60_000);

  test.each(DRIFTS)(
    'sees that %s',
    async (_, plant, seenBy) => {
      const world = await built(kit);
      await plant(world);
      expect(Object.keys(failed(await run(world)))).toEqual(seenBy);
    },
    60_000,
  );
});
