import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SNAPSHOT } from '../../lib/operations/ci';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { configDirectory } from './config-directory';
import { fakeProject } from './fake-cdk';
import { airlock } from './fake-terminal';

const TEMPLATE = templateOf(kitAirlock());

/** Runs `airlock ci` in a project whose CDK makes this template. */
async function judged(
  config: string,
  flags: readonly string[] = [],
  template: object = TEMPLATE,
  violations: object[] = [],
) {
  const cwd = fakeProject({ template, violations });
  return airlock(['ci', '--config', config, ...flags], { cwd });
}

function withOpenHost(): typeof TEMPLATE {
  const template = structuredClone(TEMPLATE);
  const [, group] = Object.entries(template.Resources).find(([id]) => /^scoutGroupsAgentHost/.test(id)) ?? [];
  group?.Properties.SecurityGroupEgress.push({
    IpProtocol: 'tcp',
    FromPort: 25,
    ToPort: 25,
    CidrIp: '0.0.0.0/0',
  });
  return template;
}

test('the first run writes the snapshot, and the next one finds the same template', async () => {
  const config = configDirectory();
  const first = await judged(config);
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toMatch(
    /template\.snapshot is written: commit it.*\n\nairlock: 2 agents, every check passed\n$/,
  );
  expect(readFileSync(join(config, SNAPSHOT), 'utf8')).not.toMatch(/\b[0-9a-f]{64}\b/);
  const second = await judged(config);
  expect(second.stdout).toMatch(/The template is the one in .*template\.snapshot\.\n/);
});

test('another template fails and is shown by the resource, until --update takes it over', async () => {
  const config = configDirectory();
  await judged(config);
  const changed = structuredClone(TEMPLATE);
  const [id, host] =
    Object.entries(changed.Resources).find(([name]) => name.startsWith('scoutHostInstance')) ?? [];
  Object.assign(host?.Properties ?? {}, { InstanceType: 't4g.2xlarge' });
  const { exitCode, stdout } = await judged(config, [], changed);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`@@ ${id} AWS::EC2::Instance\n`);
  expect(stdout).toContain('\n-  InstanceType: t4g.large\n+  InstanceType: t4g.2xlarge\n');
  expect(stdout).toMatch(/run "npm run ci -- --update"[\s\S]*airlock: not every check passed\n$/);
  const json = JSON.parse((await judged(config, ['--json'], changed)).stdout);
  expect(json).toMatchObject({ reason: 'judged', passed: false, open: [], snapshot: { state: 'changed' } });
  expect((await judged(config, ['--update'], changed)).exitCode).toBe(0);
  expect((await judged(config, [], changed)).exitCode).toBe(0);
});

test('a broken invariant fails, although the snapshot says the same', async () => {
  const config = configDirectory();
  await judged(config, [], withOpenHost());
  const { exitCode, stdout } = await judged(config, [], withOpenHost());
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/NET-1[\s\S]*open: scoutHostInstance\w+ .*tcp 25.*\nThe template is the one in/);
});

test('a finding that nobody acknowledged fails', async () => {
  const found = {
    severity: 'error',
    description: 'd',
    violatingConstructs: [{ constructPath: 'airlock/x' }],
  };
  const { exitCode, stdout } = await judged(configDirectory(), [], TEMPLATE, [found]);
  expect({ exitCode, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
    exitCode: 1,
    last: 'airlock: not every check passed',
  });
});

test('an unsound configuration is told in the words of check, and no snapshot is written', async () => {
  const config = configDirectory({
    'agents/scout.yaml': (text) => text.replace('role: operator', 'role: boss'),
  });
  const { exitCode, stdout } = await judged(config);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 1,
    stdout: (await airlock(['check', '--config', config])).stdout,
  });
  expect(existsSync(join(config, SNAPSHOT))).toBe(false);
});

test.each([
  ['a link', (path: string) => symlinkSync('/etc/hostname', path)],
  ['a directory', (path: string) => mkdirSync(path)],
])('%s in the place of the snapshot is neither read nor written', async (_, make) => {
  const config = configDirectory();
  make(join(config, SNAPSHOT));
  for (const flags of [[], ['--update']]) {
    const { exitCode, stdout } = await judged(config, flags);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/template\.snapshot is not a regular file: remove it\n/);
  }
});

test('bytes of a snapshot that steer a terminal are shown as text', async () => {
  const config = configDirectory();
  writeFileSync(join(config, SNAPSHOT), '\u001b[2Jgone\n');
  const { stdout } = await judged(config);
  expect(stdout).toContain('gone');
  expect(stdout).not.toContain('\u001b');
  rmSync(join(config, SNAPSHOT));
});
