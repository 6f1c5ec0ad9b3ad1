import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCdk } from '../../lib/operations/synth/cdk';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { configDirectory, temporary } from './config-directory';
import { type FakeCdk, fakeProject } from './fake-cdk';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

/** What the real stack synthesises to: the invariants are proven on nothing less. */
const template = templateOf(kitAirlock());
const resources = Object.keys(template.Resources);
/** Two resources that belong to scout, as far as the stand-in says. */
const OF_SCOUT = resources.slice(0, 2);

function project(fake: Partial<FakeCdk> = {}): string {
  return fakeProject({ template, ofScout: OF_SCOUT, ...fake });
}

/** The security group of scout's host. */
function agentGroup(): unknown {
  const host = Object.values(template.Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::EC2::Instance' &&
      /"scout".*"agent-host"|"agent-host".*"scout"/u.test(JSON.stringify(Properties.Tags)),
  );
  const [first] =
    host?.Properties.NetworkInterfaces?.[0]?.GroupSet ?? host?.Properties.SecurityGroupIds ?? [];
  return first;
}

describe('a sound configuration', () => {
  test('is built by the CDK without an account, and the summary says what stands', async () => {
    const cwd = project();
    const env = { PATH: process.env.PATH, AWS_PROFILE: 'production' };
    const config = configDirectory();
    const { exitCode, stdout, stderr } = await airlock(['synth', '--config', config], { cwd, env });
    const called = JSON.parse(readFileSync(join(cwd, 'called.json'), 'utf8'));
    expect(called.argv.slice(0, 4)).toEqual(['synth', '-q', '-c', `config=${config}`]);
    expect(called.env.AWS_PROFILE).toBeUndefined();
    expect(stderr).toBe('');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.any(String) });
    expect(stdout).toMatch(/^airlock {2}us-east-1 · 2 agents$/mu);
    expect(stdout).toMatch(/^ {2}owner +devrel@example\.com · hermes · operator$/mu);
    expect(stdout).toMatch(/^ {2}budget +120 USD a month, idle 69 · contain at the limit/mu);
    expect(stdout).toMatch(/^ {4}api\.github\.com +PATCH +1 path +github-write-pat +medium$/mu);
    expect(stdout).toMatch(
      /^ {4}api\.github\.com +DELETE +1 path +github-write-pat +high: shut until granted$/mu,
    );
    expect(stdout).toMatch(/^ {2}AwsSolutions +0 +0 +2$/mu);
    expect(stdout).toMatch(/^ {2}Airlock examined 125 resources of 2 agents by 20 invariants$/mu);
    expect(stdout).toMatch(/^ {2}2 findings acknowledged for 1 reason: /mu);
    expect(stdout).toMatch(/resources +\d+ of 500 \(.*scout 2.*\); room for \d+ more agents/u);
    expect(stdout).toContain('npx cdk deploy');
    expect(stdout).toContain('/airlock/scout/github-write-pat');
  });

  test('is the same as data', async () => {
    const { exitCode, stdout } = await airlock(['synth', '--json', '--config', configDirectory()], {
      cwd: project(),
    });
    const { reason, summary } = JSON.parse(stdout);
    expect({ exitCode, reason }).toEqual({ exitCode: 0, reason: 'synthesised' });
    expect(summary.resources).toEqual({
      total: resources.length,
      limit: 500,
      byAgent: { scout: 2 },
      roomForAgents: Math.floor((500 - resources.length) / 2),
    });
    expect(summary.findings).toEqual([
      {
        pack: 'Airlock',
        errors: 0,
        warnings: 0,
        acknowledged: 0,
        reasons: [],
        examined: { rules: 20, resources: 125, agents: 2 },
      },
      { pack: 'AwsSolutions', errors: 0, warnings: 0, acknowledged: 2, reasons: ['because'] },
    ]);
    expect(summary.agents.map(({ name }: { name: string }) => name)).toContain('scout');
    const { egress } = summary.agents.find(({ name }: { name: string }) => name === 'scout');
    expect(egress).toContainEqual(
      expect.objectContaining({ rule: 'release-delete', risk: 'high', open: false }),
    );
  });

  test('says nothing with --quiet', async () => {
    const { exitCode, stdout } = await airlock(['synth', '--quiet', '--config', configDirectory()], {
      cwd: project(),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  });

  test('shows progress on a terminal and wipes it', async () => {
    const terminal = { cwd: project(), stderrIsTerminal: true };
    const { stderr } = await airlock(['synth', '--config', configDirectory()], terminal);
    expect(stderr).toMatch(/^\rBuilding the stack/u);
    expect(stderr).toMatch(/\r +\r$/u);
  });
});

describe('an unsound configuration', () => {
  const config = () =>
    configDirectory({ 'agents/scout.yaml': (text) => text.replace('role: operator', 'role: boss') });

  test('is refused in the words of check; the CDK is not run and no earlier template is left', async () => {
    const cwd = project();
    await airlock(['synth', '--config', configDirectory()], { cwd });
    const template = join(cwd, 'cdk.out', 'airlock.template.json');
    expect(existsSync(template)).toBe(true);
    const directory = config();
    const [synth, check] = [
      await airlock(['synth', '--config', directory], { cwd }),
      await airlock(['check', '--config', directory], { cwd }),
    ];
    expect(synth.exitCode).toBe(1);
    expect(synth.stdout).toBe(check.stdout);
    expect(existsSync(template)).toBe(false);
  });

  test('is a list of problems as JSON', async () => {
    const { exitCode, stdout } = await airlock(['synth', '--json', '--config', config()], { cwd: project() });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      reason: 'unsound',
      problems: [{ path: 'role', value: 'boss' }],
    });
  });
});

describe('a stack that must not be deployed exits 1', () => {
  test("the CDK's own errors are shown as they are, without what a terminal would obey", async () => {
    const violation = { severity: 'error', violatingConstructs: [{}] };
    const cwd = project({
      exitCode: 1,
      output: 'ERROR open to the world\u001b[2J\n  airlock/x\n',
      violations: [violation],
    });
    const { exitCode, stdout, stderr } = await airlock(['synth', '--config', configDirectory()], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('ERROR open to the world\\u001b[2J\n  airlock/x\n');
    expect(stderr).toContain('the CDK refused to build this stack: 1 finding that nobody acknowledged');
    expect(stderr).not.toMatch(OBEYED);
  });

  test('an agent host with a way to the world is named, with the invariant it breaks', async () => {
    const leak = {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: {
        GroupId: agentGroup(),
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        CidrIp: '0.0.0.0/0',
      },
    };
    const cwd = project({ template: { ...template, Resources: { ...template.Resources, Leak: leak } } });
    const { exitCode, stdout } = await airlock(['synth', '--config', configDirectory()], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Invariants {2}\d+ of \d+ broken: do not deploy this$/mu);
    expect(stdout).toMatch(/^ {2}NET-1 +BROKEN /mu);
  });

  test('a template without an agent of the configuration proves nothing', async () => {
    const cwd = project({ template: { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } } });
    const { exitCode, stderr } = await airlock(['synth', '--config', configDirectory()], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('nothing in the template belongs to mender, scout');
  });

  test('without a project it says where to go', async () => {
    const { exitCode, stderr } = await airlock(['synth', '--config', configDirectory()], {
      cwd: temporary(),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^no cdk\.json here: run this in .*, or write a lost one anew with "npx airlock init AGENT"/u,
    );
  });

  test("the project's own CDK CLI is preferred to the kit's; with neither there is none", () => {
    const empty = temporary();
    const cwd = project();
    expect(findCdk(cwd)).toBe(join(realpathSync(cwd), 'node_modules', 'aws-cdk', 'bin', 'cdk'));
    expect(findCdk(empty)).toMatch(/node_modules\/aws-cdk\/bin\/cdk$/u);
    expect(findCdk(empty, join(empty, 'kit.js'))).toBeUndefined();
  });

  test("findings that the CDK's exit code does not tell of are not passed over, --quiet or not", async () => {
    const violation = { severity: 'error', violatingConstructs: [{}] };
    const argv = ['synth', '--quiet', '--config', configDirectory()];
    const { exitCode, stdout } = await airlock(argv, { cwd: project({ violations: [violation] }) });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}AwsSolutions +1 +0 +2$/mu);
  });

  test.each([
    ['no finding', []],
    ['one agent of two', [{ ruleName: 'Airlock-examined', ruleMetadata: { rules: '20', agents: '1' } }]],
  ])("a report in which the kit's own pack says %s is not believed", async (_, own) => {
    const cwd = project({ own });
    const { exitCode, stderr } = await airlock(['synth', '--config', configDirectory()], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("doesn't say that the pack Airlock examined every agent");
  });

  test('a CDK that left nothing behind is not believed', async () => {
    const cwd = project();
    writeFileSync(join(cwd, 'node_modules', 'aws-cdk', 'bin', 'cdk'), '');
    const { exitCode, stderr } = await airlock(['synth', '--config', configDirectory()], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no stack named airlock in cdk.out');
  });
});
