import fc from 'fast-check';
import { DAYS } from '../../constructs/names';
import { loadAirlock } from '../../lib/config';
import { assemble, type Loaded } from '../../lib/config/assemble';
import { readConfigFiles } from '../../lib/config/config-files';
import { formatProblem } from '../../lib/config/format-problem';
import {
  ACCESS_MODES,
  type Agent,
  type Airlock,
  DNS_MODES,
  EGRESS_MODES,
  OPERATING_SYSTEMS,
  ROLES,
  RUNTIMES,
} from '../../lib/config/model';
import { plainSource } from '../../lib/config/source/source';
import { RETENTION_DAYS } from '../../lib/config/values/audit';
import { arbitraryEgress } from './arbitrary-egress';
import { KIT_CONFIG } from './kit-config';

/** The tests' own configuration, as the stack sees it: read once, and a copy for each caller. */
export function kitAirlock(): Airlock {
  kit ??= valid(loadAirlock(KIT_CONFIG));
  return structuredClone(kit);
}
let kit: Airlock | undefined;

function valid(loaded: Loaded): Airlock {
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.airlock;
}

type Overrides = Partial<Omit<Airlock, 'network'>> & { readonly network?: Partial<Airlock['network']> };

/** The test configuration with some settings changed; those of the network are merged. */
export function airlockWith(overrides: Overrides): Airlock {
  const kit = kitAirlock();
  return { ...kit, ...overrides, network: { ...kit.network, ...overrides.network } };
}

/** The test configuration with some settings of one agent changed. */
export function airlockWithAgent(name: string, overrides: Partial<Agent>): Airlock {
  const kit = kitAirlock();
  return {
    ...kit,
    agents: kit.agents.map((agent) => (agent.name === name ? { ...agent, ...overrides } : agent)),
  };
}

/** What a valid configuration says, before it is loaded: `airlock.yaml` and the agents' files, as plain values. */
export interface ConfigText {
  readonly airlock: Record<string, unknown>;
  readonly agents: readonly Record<string, unknown>[];
}

const PRESETS = readConfigFiles(KIT_CONFIG);

/** Takes a configuration through the real loader, without files. Throws when it isn't valid. */
export function loadText({ airlock, agents }: ConfigText): Airlock {
  return valid(
    assemble({
      airlock: plainSource('config/airlock.yaml', airlock),
      agents: agents.map((agent) => plainSource(`config/agents/${agent.name}.yaml`, agent)),
      presets: PRESETS.presets,
      presetNames: PRESETS.presetNames,
      missingLocks: [],
      problems: [],
    }),
  );
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/);
const mail = word.map((name) => `${name}@example.com`);
const instanceType = fc.constantFrom(
  't4g.micro',
  't4g.small',
  't4g.large',
  'm7g.xlarge',
  'c8g.2xlarge',
  'r6gd.large',
);
const dollars = fc.integer({ min: 1, max: 100_000 }).map((cents) => cents / 100);

const boundary = 'arn:aws:iam::012345678901:policy/team/boundary';

const environment = fc
  .record({
    name: word.filter((name) => !/^(aws|ssm)/.test(name)),
    env: fc.constantFrom(
      {},
      { region: 'eu-central-1' },
      { account: '012345678901', region: 'us-east-1', zone: 'us-east-1b', bootstrapQualifier: 'team' },
    ),
    notify: fc.uniqueArray(mail, { minLength: 1, maxLength: 9 }),
    network: fc.record({
      cidr: fc.constantFrom('10.64.0.0/20', '172.20.0.0/16', '192.168.7.0/24', '10.0.0.0/22'),
      dns: fc.constantFrom(...DNS_MODES),
      egress: fc.constantFrom(...EGRESS_MODES),
      place: fc.constantFrom(
        {},
        {},
        { ipamPool: 'ipam-pool-0123456789abcdef0' },
        { vpc: 'vpc-0123456789abcdef0' },
      ),
      resolvers: fc.uniqueArray(fc.constantFrom('9.9.9.9', '1.1.1.1', '8.8.8.8', '149.112.112.112'), {
        minLength: 1,
      }),
    }),
    mirrors: fc.constant({
      apt: 'https://mirror.example.com/debian',
      npm: 'https://npm.example.com',
      pypi: 'https://pypi.example.com/root/pypi',
    }),
    access: fc.constantFrom(...ACCESS_MODES),
    audit: fc.record({ retentionDays: fc.constantFrom(...RETENTION_DAYS), isForwarded: fc.boolean() }),
    permissionsBoundary: fc.constantFrom(undefined, boundary),
    tags: fc.dictionary(word, fc.stringMatching(/^[\w +=.:/@-]{0,20}$/), { maxKeys: 4 }),
    updates: fc.record({ day: fc.constantFrom(...DAYS), hour: fc.integer({ min: 0, max: 23 }) }),
    budget: fc.record({ monthlyUsd: dollars }),
  })
  .map(({ audit, network: { place, ...network }, ...airlock }) => ({
    ...airlock,
    network: {
      ...network,
      ...place,
      ...(network.egress === 'transit-gateway' && { transitGateway: 'tgw-0123456789abcdef0' }),
    },
    audit: {
      retentionDays: audit.retentionDays,
      // A destination is of the stack's own Region.
      ...(audit.isForwarded &&
        airlock.env.region && {
          forwardTo: `arn:aws:logs:${airlock.env.region}:012345678901:destination:central`,
        }),
    },
  }));

/** Nine at most: `atLimit: contain` may need the tenth alert. */
const percents = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 9 })
  .map((values) => values.sort((a, b) => a - b));

/** One agent of an environment, any runtime, role and size, with up to `rules` rules of its own. */
function agentText(stack: string, name: string, rules: number): fc.Arbitrary<Record<string, unknown>> {
  return fc.constantFrom(...ROLES).chain((role) =>
    fc
      .record({
        name: fc.constant(name),
        role: fc.constant(role),
        runtime: fc.constantFrom(...RUNTIMES),
        owner: mail,
        host: fc.record({
          instanceType,
          os: fc.constantFrom(...OPERATING_SYSTEMS),
          rootGiB: fc.integer({ min: 8, max: 500 }),
          stateGiB: fc.integer({ min: 1, max: 500 }),
          root: fc.boolean(),
          limits: fc.record({
            cpuPercent: fc.integer({ min: 10, max: 100 }),
            memoryPercent: fc.integer({ min: 10, max: 100 }),
          }),
        }),
        proxy: fc.record({ instanceType }),
        onAlarm: fc.constantFrom('contain', 'notify'),
        budget: fc.record({
          monthlyUsd: dollars,
          alertsAtPercent: percents,
          atLimit: fc.constantFrom('contain', 'notify'),
        }),
        traffic: arbitraryEgress(stack, name, role, rules),
      })
      .map(({ traffic, ...agent }) => ({
        ...agent,
        ...(agent.runtime === 'custom' && { custom: { command: '/opt/agent/current/agent' } }),
        // One that bedrock's preset names, in case it is the one in use.
        model: 'anthropic.claude-haiku-4-5-20251001-v1:0',
        ...traffic,
      })),
  );
}

export interface ArbitraryOptions {
  /** @default 6 */
  readonly maxAgents?: number;
  /** Most rules of its own that an agent has. @default 40 */
  readonly maxRules?: number;
}

/** Valid configurations as their files would say them. */
export function arbitraryConfigText(options: ArbitraryOptions = {}): fc.Arbitrary<ConfigText> {
  const { maxAgents = 6, maxRules = 40 } = options;
  const names = fc.uniqueArray(
    word.map((name) => `a-${name}`),
    { minLength: 1, maxLength: maxAgents },
  );
  return fc.tuple(environment, names).chain(([airlock, agents]) =>
    fc.record({
      airlock: fc.constant(airlock),
      agents: fc.tuple(...agents.map((name) => agentText(airlock.name, name, maxRules))),
    }),
  );
}

/** Valid configurations as everything after `lib/config` sees them. */
export function arbitraryAirlock(options: ArbitraryOptions = {}): fc.Arbitrary<Airlock> {
  return arbitraryConfigText(options).map(loadText);
}
