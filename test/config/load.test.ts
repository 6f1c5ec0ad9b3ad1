import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, loadAirlock } from '../../lib/config';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { kitAirlock } from '../support/arbitrary-airlock';
import { directoryWith, problemsOf, warningsOf } from './directory';

const IMAGE = {
  agent: 'scout',
  machine: 'agent-host',
  region: 'us-east-1',
  imageId: 'ami-0123456789abcdef0',
};
const ofLocks = (warning: string) => warning.includes('.lock.json');

describe('loading a sound configuration', () => {
  test('the test configuration loads as it is written there', () => {
    const { agents, ...airlock } = kitAirlock();
    expect(airlock).toMatchObject({ name: 'airlock', env: { region: 'us-east-1' } });
    expect(agents.map(({ name }) => name)).toEqual(['mender', 'scout']);
    expect(agents[1]).toMatchObject({
      ...{ runtime: 'hermes', role: 'operator', budget: { atLimit: 'contain' } },
      egress: expect.arrayContaining([
        expect.objectContaining({ id: 'release-notes-write', risk: 'medium', secret: 'github-write-pat' }),
        expect.objectContaining({ id: 'release-notes-read', risk: 'low', secret: 'github-read-pat' }),
        expect.objectContaining({ id: 'release-delete', risk: 'high', secret: 'github-write-pat' }),
        expect.objectContaining({ id: 'anthropic/messages', preset: 'anthropic' }),
      ]),
      secrets: [{ ttlSeconds: 900 }, { ttlSeconds: 900 }, { parameter: '/airlock/scout/anthropic-api-key' }],
    });
  });

  test('what is left out gets the documented default', () => {
    const text = 'name: airlock\nnotify: [security@example.com]\nbudget: { monthlyUsd: 300 }';
    const network = { cidr: '10.64.0.0/20', dns: 'firewall', egress: 'address' };
    const host = { os: 'debian-13', rootGiB: 30, stateGiB: 50, root: false };
    expect(loadAirlock(directoryWith({ 'airlock.yaml': text }))).toMatchObject({
      ok: true,
      airlock: {
        ...{ env: {}, mirrors: {}, access: 'instance-connect' },
        network: { ...network, resolvers: ['9.9.9.9', '1.1.1.1'] },
        agents: [
          {
            host: { ...host, limits: { cpuPercent: 90, memoryPercent: 85 } },
            proxy: { instanceType: 't4g.micro', limits: FRONT_LIMITS },
            secrets: [{ ttlSeconds: 900 }],
            budget: { alertsAtPercent: [50, 80, 100], atLimit: 'notify' },
          },
        ],
      },
    });
  });

  test('a secret without a parameter has the one that is called after its agent and its id', () => {
    const agent = readFileSync(join(directoryWith(), 'agents/scout.yaml'), 'utf8');
    const text = agent.replace(/^ {4}parameter: .*\n/m, '');
    expect(text).not.toBe(agent);
    expect(loadAirlock(directoryWith({ 'agents/scout.yaml': text }))).toMatchObject({
      ok: true,
      airlock: { agents: [{ secrets: [{ id: 'read-key', parameter: '/airlock/scout/read-key' }] }] },
    });
  });

  test('the test configuration has two agents that differ in runtime, role and system', () => {
    const [mender, scout] = kitAirlock().agents;
    for (const key of ['runtime', 'role'] as const) {
      expect(mender?.[key]).not.toBe(scout?.[key]);
    }
    expect(mender?.host.os).not.toBe(scout?.host.os);
    expect(mender?.secrets).toEqual([]);
  });

  test('every preset names its schema for editors', () => {
    const presets = join(__dirname, '../../config/presets');
    for (const file of readdirSync(presets)) {
      const [first] = readFileSync(join(presets, file), 'utf8').split('\n');
      expect(first).toBe('# yaml-language-server: $schema=../schema/preset.schema.json');
    }
  });

  test('lock files that are missing are a warning that says what to run', () => {
    expect(warningsOf(directoryWith()).filter(ofLocks)).toEqual([
      'images.lock.json:1:1 does not exist, so the first deployment chooses the zone and the images, and no file of yours says which: run "npx airlock images pin", before the first deployment or after it, and commit the file',
      'software.lock.json:1:1 does not exist, so proxy boxes have no iron-proxy to run, and refuse every request: run "npx airlock software pin --key KEY.asc" and commit the file',
    ]);
  });

  test('lock files that are there are part of the model', () => {
    const release = {
      version: '1.2.3',
      url: 'https://example.com/iron-proxy.tar.gz',
      sha256: 'a'.repeat(64),
    };
    const amazonLinux = { release: '2023.9.20251105' };
    const images = [IMAGE, { ...IMAGE, agent: 'gone' }].map((image) => ({ ...image, pinned: '2026-11-20' }));
    const directory = directoryWith({
      'images.lock.json': JSON.stringify({ version: 1, images, amazonLinux }),
      'software.lock.json': JSON.stringify({ ironProxy: { ...release, signedBy: 'A'.repeat(40) } }),
    });
    expect(loadAirlock(directory)).toMatchObject({
      ok: true,
      airlock: { images: [IMAGE, {}], amazonLinux, ironProxy: release },
    });
    expect(warningsOf(directory).filter(ofLocks)).toEqual([
      expect.stringMatching(
        /^images\.lock\.json:1:\d+ images\[1\]\.agent: "gone" is no agent of this configuration/,
      ),
      'images.lock.json:1:1 pins no image for the proxy-box of "scout" in us-east-1: run "npx airlock images pin" and commit the file',
      'images.lock.json:1:1 pins no availability zone of us-east-1, so the first deployment chooses it: run "npx airlock images pin" and commit the file',
    ]);
  });

  describe('the zone that images.lock.json pins', () => {
    const withZone = (env: string, zones: object) => {
      const airlock = readFileSync(join(directoryWith(), 'airlock.yaml'), 'utf8');
      return directoryWith({
        'airlock.yaml': airlock.replace(/^env:.*$/m, `env: ${env}`),
        'images.lock.json': JSON.stringify({ version: 1, images: [], zones }),
      });
    };
    const pinned = [{ region: 'us-east-1', zone: 'us-east-1b' }];
    const zoneOf = (directory: string) => {
      const loaded = loadAirlock(directory);
      return loaded.ok ? loaded.airlock.env.zone : problemsOf(directory);
    };

    test('is that of the stack, in its region alone', () => {
      expect(zoneOf(withZone('{ region: us-east-1 }', pinned))).toBe('us-east-1b');
      expect(zoneOf(withZone('{ region: us-east-1, zone: us-east-1b }', pinned))).toBe('us-east-1b');
      expect(zoneOf(withZone('{ region: us-west-2 }', pinned))).toBeUndefined();
      expect(zoneOf(withZone('{ region: us-west-2, zone: us-west-2a }', pinned))).toBe('us-west-2a');
    });

    test('CHG-1 can not be edited away, and the message says how a zone is left', () => {
      expect(problemsOf(withZone('{ region: us-east-1, zone: us-east-1c }', pinned))).toEqual([
        expect.stringMatching(
          /^airlock\.yaml:\d+:\d+ env\.zone: "us-east-1c" is not us-east-1b, where images\.lock\.json says .* volumes don't move between zones: .*host\.stateFrom/,
        ),
      ]);
    });

    const foreign = [{ region: 'us-east-1', zone: 'us-west-2a' }];
    test.each([
      [foreign, /zones\[0\]\.zone: "us-west-2a" is not an availability zone of us-east-1/],
      [
        [...pinned, ...pinned],
        /zones\[1\].* pins a zone of us-east-1 a second time: remove one of the two lines/,
      ],
    ])('is refused as %j', (zones, message) => {
      expect(problemsOf(withZone('{ region: us-east-1 }', zones))).toEqual([expect.stringMatching(message)]);
    });
  });

  test('a runtime whose model or installation no rule lets through is a warning that says what to add', () => {
    expect(warningsOf(directoryWith()).filter((warning) => !ofLocks(warning))).toEqual([
      'agents/scout.yaml:2:10 runtime: "hermes" has no model that it can call by a preset, so it gets no placeholder credential: add one of the presets anthropic, openai, openrouter to egress',
      'agents/scout.yaml:2:10 runtime: "hermes" can\'t be installed, so the agent stays off: no rule allows GET https://github.com/NousResearch/hermes-agent.git/info/refs and 4 more: add to egress: "- preset: hermes-install", "- preset: pypi-install", "- preset: debian-updates"',
      'agents/scout.yaml:1:7 name: "scout" gets no updates for its host: no rule allows GET https://mirror.example.com/debian/dists/*: add to egress: "- preset: debian-updates"',
    ]);
  });

  test.each([
    ['api.githb.com', 'github.com'],
    ['gihtub.com', 'github.com'],
    ['api.example.com', undefined],
    ['gitlab.com', undefined],
    ["githb.com\n    because: 'our mirror'", undefined],
  ])('host: %s is one letter from %s', (host, meant) => {
    const agent = readFileSync(join(directoryWith(), 'agents/scout.yaml'), 'utf8');
    const text = agent.replace(/host: \S+\.example\.com/u, `host: ${host}`);
    const warning = `host: "${host}" is one letter from ${meant}: write ${meant}, or say with "because"`;
    const found = warningsOf(directoryWith({ 'agents/scout.yaml': text })).filter((each) =>
      each.includes('one letter'),
    );
    expect(found).toEqual(meant ? [expect.stringContaining(warning)] : []);
  });

  test('an image is old after more than 90 days, and not before; a line without a day is sound', () => {
    const warned = (created: string) => {
      const images = [
        { ...IMAGE, created },
        { ...IMAGE, machine: 'proxy-box' },
      ];
      const lock = { version: 1, images, amazonLinux: { release: '2023.9.20251105' } };
      const directory = directoryWith({ 'images.lock.json': JSON.stringify(lock) });
      const warnings = warningsOf(directory, new Date('2026-11-20T12:00:00Z'));
      return warnings.filter((line) => line.includes('days ago'));
    };
    const old = /images\[0\]\.imageId: "ami-.*" of scout's agent-host was made 91 days ago, more than 90: /;
    expect(warned('2026-08-22')).toEqual([]);
    expect(warned('2026-08-21')).toEqual([expect.stringMatching(old)]);
  });

  test('an agent without a mirror has no update source', () => {
    const airlock = readFileSync(join(__dirname, '../fixtures/config/base/airlock.yaml'), 'utf8');
    const directory = directoryWith({ 'airlock.yaml': airlock.replace(/mirrors:\n.*\n/, '') });
    const sourceless =
      /^agents\/scout\.yaml:1:7 name: "scout" gets no updates .* mirrors\.apt is not set: write mirrors/;
    expect(warningsOf(directory)).toContainEqual(expect.stringMatching(sourceless));
  });

  test('COST-1 agents that may spend more than the stack are a warning', () => {
    const agent = readFileSync(join(directoryWith(), 'agents/scout.yaml'), 'utf8');
    const more = directoryWith({
      'agents/scout.yaml': agent.replace('monthlyUsd: 160', 'monthlyUsd: 300.01'),
    });
    expect(warningsOf(more)).toContain(
      'airlock.yaml:12:23 budget.monthlyUsd: 300 is less than the budgets of its agents together (300.01): raise it, or lower those of the agents',
    );
  });
});

describe('everything wrong in all files is reported together', () => {
  const broken = {
    'airlock.yaml':
      'name: Airlock\nnotify: [nobody]\nnetwork: { cidr: 8.8.8.0/24, resolvers: [] }\nbudget: {}\n',
    'agents/one.yaml': 'name: one\n\truntime: hermes\n',
    'agents/two.yaml': 'name: two\nrole: admin\negress: [{ id: A, host: "*", methods: [get], paths: [x] }]\n',
    'presets/mine.yaml': 'name: mine\nkind: other\n',
    'images.lock.json': '{',
    'software.lock.json': '{ "ironProxy": {} }',
  };

  test('each with its file, line and column, in the order of the files', () => {
    const problems = problemsOf(directoryWith(broken));
    const files = problems.map((line) => line.replace(/:.*$/, ''));
    expect([...new Set(files)]).toEqual([
      ...['airlock.yaml', 'agents/one.yaml', 'agents/two.yaml'],
      ...['images.lock.json', 'presets/mine.yaml', 'software.lock.json'],
    ]);
    const expected = [
      /^airlock\.yaml:1:7 name: "Airlock" /,
      /^airlock\.yaml:2:10 notify\[0\]: "nobody" /,
      /^airlock\.yaml:3:18 network\.cidr: "8\.8\.8\.0\/24" /,
      /^airlock\.yaml:4:9 budget\.monthlyUsd: is missing/,
      /^agents\/one\.yaml:2:1 is indented with a tab/,
      /^agents\/two\.yaml:1:1 runtime: is missing/,
      /^agents\/two\.yaml:2:7 role: "admin" must be one of reader, builder, operator/,
      /^agents\/two\.yaml:3:16 egress\[0\]\.id: "A" /,
      /^agents\/two\.yaml:3:25 egress\[0\]\.host: "\*" matches every host/,
      /^agents\/two\.yaml:3:40 egress\[0\]\.methods\[0\]: "get" must be upper case/,
      /^agents\/two\.yaml:3:54 egress\[0\]\.paths\[0\]: "x" must start with "\/": write "\/x"/,
      /^presets\/mine\.yaml:2:7 kind: "other" /,
    ];
    for (const line of expected) expect(problems).toContainEqual(expect.stringMatching(line));
  });

  test('a problem is a plain object that JSON keeps whole', () => {
    const loaded = loadAirlock(directoryWith(broken));
    const problems = loaded.ok ? [] : loaded.problems;
    expect(JSON.parse(JSON.stringify(problems))).toEqual(problems);
    for (const problem of problems) {
      const keys = Object.keys(problem).filter((key) => key !== 'value');
      expect(keys).toEqual(['file', 'line', 'column', 'path', 'message', 'fix']);
      expect(formatProblem(problem)).not.toContain('undefined');
    }
  });

  test('a copied file whose name is the old one is one problem, whatever else it repeats', () => {
    const scout = readFileSync(join(directoryWith(), 'agents/scout.yaml'), 'utf8');
    expect(problemsOf(directoryWith({ 'agents/ranger.yaml': scout }))).toEqual([
      'agents/ranger.yaml:1:7 name: "scout" must be what the file is called, "ranger": rename the file or write "ranger", in the parameters of its secrets as well',
    ]);
  });

  test('one bad value in a rule does not hide what is wrong with the others', () => {
    const agent = readFileSync(join(__dirname, '../fixtures/config/base/agents/scout.yaml'), 'utf8');
    const edited = agent
      .replace('role: operator', 'role: reader')
      .replace('host: { instanceType: t4g.large }', 'host: { instanceType: t3.large }')
      .replace('secrets:', '  - { id: write, host: api.github.com, methods: [PUT], paths: [/*] }\nsecrets:');
    const lines = problemsOf(directoryWith({ 'agents/scout.yaml': edited }));
    const settings = lines.map((line) => line.replace(/^\S+ (\S+): .*$/, '$1'));
    expect(settings).toEqual(['host.instanceType', 'egress[1].methods', 'egress[1].paths[0]']);
  });
});
