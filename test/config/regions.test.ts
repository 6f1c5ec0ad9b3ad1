import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../constructs/package-root';
import { assemble } from '../../lib/config/assemble';
import type { Problem } from '../../lib/config/model';
import {
  lacksBudgetType,
  lacksInstanceType,
  missingTypes,
  REGIONS,
  type Regions,
} from '../../lib/config/regions/regions';
import { plainSource } from '../../lib/config/source/source';
import { MODES, pinned, templateOf } from '../stack/synthesise';
import { airlockWith } from '../support/arbitrary-airlock';

const FAKE: Regions = {
  source: 'a test',
  types: {
    always: ['AWS::Budgets::Budget', 'AWS::EC2::VPC'],
    'access: instance-connect': ['AWS::EC2::InstanceConnectEndpoint'],
  },
  missing: {
    'AWS::Budgets::Budget': 'eu-north-1',
    'AWS::EC2::InstanceConnectEndpoint': 'af-south-1',
    'AWS::EC2::VPC': 'af-south-1',
  },
  arm64: { 'us-east-1': 't4g m7g', 'eu-north-1': 't4g', 'af-south-1': 't4g' },
};

describe('what a region lacks', () => {
  test('a type that every stack needs is missing whatever the modes are', () => {
    expect(missingTypes('af-south-1', ['access: none'], FAKE)).toEqual([{ type: 'AWS::EC2::VPC' }]);
  });

  test('a type of a mode is missing in that mode', () => {
    expect(missingTypes('af-south-1', ['access: instance-connect'], FAKE)).toContainEqual({
      type: 'AWS::EC2::InstanceConnectEndpoint',
      setting: 'access: instance-connect',
    });
  });

  test('a budget is no reason: the provider makes it', () => {
    expect(missingTypes('eu-north-1', [], FAKE)).toEqual([]);
    expect(lacksBudgetType('eu-north-1', FAKE)).toBe(true);
    expect(lacksBudgetType('us-east-1', FAKE)).toBe(false);
    expect(lacksBudgetType(undefined, FAKE)).toBe(false);
  });

  test('an instance family that only other regions have is missing, and one that none has is not known', () => {
    expect(lacksInstanceType('eu-north-1', 'm7g.large', FAKE)).toBe(true);
    expect(lacksInstanceType('us-east-1', 'm7g.large', FAKE)).toBe(false);
    expect(lacksInstanceType('eu-north-1', 'm99g.large', FAKE)).toBe(false);
  });
});

describe('DEP-1 a region that lacks a needed type is refused with the type’s name', () => {
  /** The loader as it is, over other data. */
  function problemsIn(region: string, airlock: object, agent: object = {}): Problem[] {
    const read = (file: string) =>
      parse(readFileSync(join(packageRoot(), 'test/fixtures/config/base', file), 'utf8'));
    const real = { ...REGIONS };
    Object.assign(REGIONS, FAKE);
    try {
      const loaded = assemble({
        airlock: plainSource('airlock.yaml', { ...read('airlock.yaml'), env: { region }, ...airlock }),
        agents: [plainSource('agents/scout.yaml', { ...read('agents/scout.yaml'), ...agent })],
        presets: [],
        presetNames: [],
        missingLocks: [],
        problems: [],
      });
      const problems = 'problems' in loaded ? loaded.problems : [];
      return problems.filter(({ message }) => / lacks the |^lacks|is not in /.test(message));
    } finally {
      Object.assign(REGIONS, real);
    }
  }

  test('of every stack and of a mode', () => {
    expect(problemsIn('af-south-1', { access: 'instance-connect' })).toMatchObject([
      {
        path: 'env.region',
        message: 'lacks the resource type AWS::EC2::VPC, which every stack needs (a test)',
        fix: 'choose another region',
      },
      {
        path: 'env.region',
        message:
          'lacks the resource type AWS::EC2::InstanceConnectEndpoint, which access: instance-connect needs (a test)',
        fix: 'choose another region, or another value than "access: instance-connect"',
      },
    ]);
  });

  test('by default modes too', () => {
    const types = problemsIn('af-south-1', { access: undefined }).map(({ message }) => message);
    expect(types.join()).toContain('InstanceConnectEndpoint');
  });

  test('but not for a mode that is not chosen, and not in a region that has all', () => {
    expect(problemsIn('af-south-1', { access: 'none' })).toHaveLength(1);
    expect(problemsIn('us-east-1', {})).toEqual([]);
    expect(problemsIn('eu-north-1', {})).toEqual([]);
  });

  test('an instance type that EC2 lacks there is refused with the families it has', () => {
    const host = { instanceType: 'm7g.large', os: 'debian-13', rootGiB: 30, stateGiB: 50, root: true };
    expect(problemsIn('eu-north-1', {}, { host })).toMatchObject([
      {
        path: 'host.instanceType',
        value: 'm7g.large',
        message: 'is not in eu-north-1, whose arm64 families are t4g (a test)',
      },
    ]);
  });
});

describe('lib/config/regions/regions.json', () => {
  test('says where it is from, and has the regions of the partition aws alone', () => {
    expect(REGIONS.source).toMatch(/^cfn-lint \d+\.\d+\.\d+ of 20\d\d-\d\d-\d\d$/);
    const regions = Object.keys(REGIONS.arm64);
    expect(regions.length).toBeGreaterThan(25);
    expect(regions).toEqual(expect.arrayContaining(['us-east-1', 'eu-central-1', 'eu-north-1']));
    expect(regions.filter((region) => /^cn-|^us-gov-|iso|^eusc-/.test(region))).toEqual([]);
  });

  test('is of the cfn-lint that CI runs', () => {
    const pinned = /^cfn-lint==(.+)$/m.exec(
      readFileSync(join(packageRoot(), '.ci/requirements.txt'), 'utf8'),
    )?.[1];
    expect(REGIONS.source).toContain(`cfn-lint ${pinned} `);
  });

  test('every region has the smallest machine, and what is missing is one of the kit’s types', () => {
    const types = Object.values(REGIONS.types).flat();
    for (const families of Object.values(REGIONS.arm64)) expect(families.split(' ')).toContain('t4g');
    expect(types).toEqual(expect.arrayContaining(Object.keys(REGIONS.missing)));
    const lacking = Object.values(REGIONS.missing).join(' ').split(' ');
    expect(Object.keys(REGIONS.arm64)).toEqual(expect.arrayContaining(lacking));
  });

  // "npm run regions" brings it up to date.
  test.each(MODES)('knows every type that a template holds: %s', (name, airlock) => {
    const settings = ['always', ...name.split(', ').map(settingOf)];
    const known = settings.flatMap((setting) => REGIONS.types[setting] ?? []);
    const held = Object.values(templateOf(airlock).Resources).map(({ Type }) => Type);
    expect(held.filter((type) => type.startsWith('AWS::') && !known.includes(type))).toEqual([]);
  });
});

// So one of them can stand for all others when an outside tool judges the templates.
test.each([
  ['sa-east-1', 'eu-west-1', 'ap-south-1'],
  ['eu-north-1', 'af-south-1', 'mx-central-1'],
])('regions that lack the same types get the same template but for their name: %s', (...regions) => {
  for (const lacking of Object.values(REGIONS.missing))
    expect(new Set(regions.map((region) => lacking.split(' ').includes(region))).size).toBe(1);
  const texts = regions.map((region) =>
    JSON.stringify(templateOf(pinned(airlockWith({ env: { region } })))).replaceAll(region, 'here'),
  );
  expect(new Set(texts).size).toBe(1);
});

/** `dns firewall` is `network.dns: firewall`. */
function settingOf(mode: string): string {
  const [key, value] = mode.split(' ') as [string, string];
  return `${key === 'access' ? key : `network.${key}`}: ${value}`;
}
