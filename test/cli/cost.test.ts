import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from './config-directory';
import { airlock } from './fake-terminal';

const tagged = (type: string, properties: object, part?: string) => ({
  Type: type,
  Properties: {
    ...properties,
    Tags: [
      { Key: 'airlock:agent', Value: 'scout' },
      ...(part === undefined ? [] : [{ Key: 'airlock:part', Value: part }]),
    ],
  },
});

const STACK = {
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
    Host: tagged('AWS::EC2::Instance', { InstanceType: 't4g.large' }, 'agent-host'),
    Box: tagged('AWS::EC2::Instance', { InstanceType: 't4g.micro' }, 'proxy-box'),
  },
};

function synthesised(template: unknown = STACK, region = 'us-east-1'): string {
  const cwd = temporary();
  mkdirSync(join(cwd, 'cdk.out'));
  const artifact = {
    type: 'aws:cloudformation:stack',
    environment: `aws://unknown-account/${region}`,
    properties: { templateFile: 'airlock.template.json' },
  };
  writeFileSync(join(cwd, 'cdk.out/manifest.json'), JSON.stringify({ artifacts: { airlock: artifact } }));
  writeFileSync(join(cwd, 'cdk.out/airlock.template.json'), JSON.stringify(template));
  return cwd;
}

const NOW = { now: () => new Date('2026-11-27T00:00:00Z') };

test('the last template is priced: each agent, what is shared, the whole and the assumptions', async () => {
  const { exitCode, stdout, stderr } = await airlock(['cost'], { cwd: synthesised(), ...NOW });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('cdk.out/airlock.template.json');
  expect(stdout).toMatch(
    /^USD a month while idle, by the list prices of us-east-1, the oldest of 2026-03-14\.$/m,
  );
  expect(stdout).toMatch(/agent host, t4g\.large +730 hours × 0\.0672 +49\.06/);
  expect(stdout).toMatch(/security overhead +6\.13$/m);
  expect(stdout).toMatch(/^the stack, idle: 56\.19 USD a month$/m);
  expect(stdout).toMatch(/^Assumptions\n {2}- A month has 730 hours/m);
});

test('one agent is priced alone', async () => {
  const { stdout } = await airlock(['cost', 'scout'], { cwd: synthesised(), ...NOW });
  expect(stdout).toMatch(/idle +55\.19$/m);
  expect(stdout).not.toContain('the stack, idle');
});

test('as data it says prices, agents, shared, total and what is missing', async () => {
  const { stdout } = await airlock(['cost', '--json'], { cwd: synthesised(), ...NOW });
  expect(JSON.parse(stdout)).toMatchObject({
    region: 'us-east-1',
    prices: { region: 'us-east-1', asOf: '2026-03-14', days: 258, old: false },
    agents: [{ agent: 'scout', unpriced: [] }],
    shared: { idleUsd: 1 },
    lowerBound: false,
    unknownTypes: [],
  });
});

test('one agent as data has that agent and its total alone', async () => {
  const { stdout } = await airlock(['cost', 'scout', '--json'], { cwd: synthesised(), ...NOW });
  const { agents, shared, idleUsd } = JSON.parse(stdout);
  expect(agents).toHaveLength(1);
  expect(shared).toBeUndefined();
  expect(idleUsd).toBeCloseTo(agents[0].idleUsd);
});

test('an agent that is not there is an error that names those that are', async () => {
  const { exitCode, stdout, stderr } = await airlock(['cost', 'spy'], { cwd: synthesised(), ...NOW });
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toContain('error: the template has nothing of an agent "spy": it has scout');
});

test.each([
  ['of the template', [], 'eu-central-1'],
  ['of the command line', ['--region', 'eu-central-1'], 'unknown-region'],
])('a region %s without a table is named, and which table is used', async (_, flags, region) => {
  const { stdout } = await airlock(['cost', ...flags], { cwd: synthesised(STACK, region), ...NOW });
  expect(stdout.replaceAll('\n', ' ')).toContain(
    'us-east-1, the oldest of 2026-03-14: this kit has no table of eu-central-1',
  );
});

test('what is no region is refused', async () => {
  const { exitCode, stderr } = await airlock(['cost', '--region', 'Frankfurt'], {
    cwd: synthesised(),
    ...NOW,
  });
  expect([exitCode, stderr]).toEqual([
    1,
    'error: --region "Frankfurt" is not an AWS region: write its code, such as "us-east-1"\n',
  ]);
});

test('what has no price makes the total a lower bound, and is named', async () => {
  const template = { Resources: { ...STACK.Resources, Odd: { Type: 'AWS::EC2::VPCEndpoint' } } };
  const { stdout } = await airlock(['cost'], { cwd: synthesised(template), ...NOW });
  expect(stdout).toContain('the stack, idle: at least 56.19 USD a month');
  expect(stdout).toContain('not priced, and in no total: AWS::EC2::VPCEndpoint');
});

test('a price table that is a year old is a warning, in the JSON too', async () => {
  const later = { cwd: synthesised(), now: () => new Date('2027-06-01T00:00:00Z') };
  const { exitCode, stderr } = await airlock(['cost'], later);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/warning: lib\/cost\/prices\.json:1:1 holds prices of 2026-03-14, 444 days ago/);
  const json = await airlock(['cost', '--json'], later);
  expect(json.stderr).toBe('');
  expect(JSON.parse(json.stdout).warnings).toMatchObject([{ file: 'lib/cost/prices.json' }]);
});

test('a file that is no template is one clear message', async () => {
  const file = join(temporary(), 'x.json');
  writeFileSync(file, '[]');
  const { exitCode, stderr } = await airlock(['cost', '--template', file], NOW);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/error: template .*x\.json: not a CloudFormation template/);
});

test('as Markdown it prints tables of totals, lines, prices and free types, and the assumptions', async () => {
  const { stdout } = await airlock(['cost', '--format', 'md'], { cwd: synthesised(), ...NOW });
  for (const row of [
    '| scout | 49.06 | 6.13 | 55.19 | 0.00 |',
    '| agent host, t4g.large | host | 730 hours × 0.0672 | 49.06 |',
    '- A month has 730 hours',
    '| key | 1 per key-month | 2026-03-14 | [page](https://',
    '| nothing is made | `AWS::CDK::Metadata` |',
  ])
    expect(stdout).toContain(row);
});
