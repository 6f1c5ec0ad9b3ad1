import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationFiles, FIRST, FIRST_AGENT, writeConfiguration } from '../../lab/aws/configuration';
import { type Ended, program } from '../../lab/aws/program';
import type { Host } from '../../lab/aws/run';
import { tryOnAws } from '../../lab/aws/try-on-aws';
import { loadAirlock } from '../../lib/config';
import { temporary } from '../support/temporary';
import { ACCOUNT, NOW, STACK } from './fake-trial';

const RELEASE = { version: '0.1.0', url: 'https://example.com/iron-proxy.tar.gz', sha256: 'a'.repeat(64) };
const ended = (stdout: string, exitCode = 0, stderr = ''): Ended => ({ stdout, stderr, exitCode });
const refusal = (code: string) => ended('', 255, `An error occurred (${code}) when calling: no`);

/** The search for earlier runs, by the key of the tag alone. */
const EARLIER = `aws resourcegroupstaggingapi get-resources --cli-input-json {"TagFilters":[{"Key":"airlock:stack"}]}`;

const ANSWERS: Readonly<Record<string, Ended>> = {
  'aws --version': ended('aws-cli/2.31.0 Python/3.13'),
  'ssh -V': ended('', 0, 'OpenSSH_9.2p1'),
  'aws configure get region': ended('eu-west-1\n'),
  'aws sts get-caller-identity': ended(
    JSON.stringify({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/me` }),
  ),
  'aws ssm get-parameter': ended('{"Parameter":{"Value":"30"}}'),
  [EARLIER]: ended('[]'),
  'aws cloudformation describe-stacks': refusal('ValidationError'),
  'node dist/bin/airlock.js preflight --live': ended('{"checks":[{"id":"quota","result":"pass"}]}'),
};

let root: string;
beforeEach(() => {
  root = temporary();
  mkdirSync(join(root, 'config'));
  writeFileSync(join(root, 'config/software.lock.json'), JSON.stringify({ ironProxy: RELEASE }));
  writeFileSync(join(root, 'package.json'), '{"version":"0.1.0","devDependencies":{}}');
});

async function started(words: readonly string[], answers: Readonly<Record<string, Ended>> = {}, env = {}) {
  const calls: string[] = [];
  const environments: NodeJS.ProcessEnv[] = [];
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  const host: Host = {
    env,
    cwd: root,
    node: 'node',
    out: say,
    tell: (line) => say(`${line}\n`),
    now: () => NOW,
    pause: async () => undefined,
    interrupt: new AbortController().signal,
    program: (settings) => async (name, more) => {
      const call = `${name} ${more.join(' ')}`;
      calls.push(call);
      environments.push(settings.env);
      const all = { ...ANSWERS, ...answers };
      const key = Object.keys(all).find((each) => call.startsWith(each));
      return key ? (all[key] as Ended) : ended('null');
    },
  };
  return { exitCode: await tryOnAws(words, host), said, calls, environments };
}

const made = (calls: readonly string[]) => calls.filter((call) => /cdk deploy| delete-/.test(call));

describe('npm run try-on-aws', () => {
  test('without --yes prints the plan and the cost, creates nothing and ends with 2', async () => {
    const { exitCode, said, calls } = await started([]);
    expect(exitCode).toBe(2);
    expect(said).toMatch(/deploy +CloudFormation creates the stack/);
    expect(said).toMatch(/at most \$\d+\.\d\d/);
    expect(said).toContain('add --yes');
    expect(calls.filter((call) => call !== 'aws configure get region')).toEqual([]);
  });

  test('prints a cost that grows with --minutes', async () => {
    const cost = async (minutes: string) => {
      const { said } = await started(['--minutes', minutes]);
      return Number(/at most \$(\d+\.\d\d)/.exec(said)?.[1]);
    };
    const [short, long] = [await cost('60'), await cost('1440')];
    expect(short).toBeGreaterThan(0.05);
    expect(long / short).toBeGreaterThan(10);
    expect(long).toBeLessThan(10);
  });

  test('--help names every option and every exit code', async () => {
    const { exitCode, said } = await started(['--help']);
    expect(exitCode).toBe(0);
    const options = '--profile --region --yes --only --minutes --keep --clean --json'.split(' ');
    const codes = ['0 every', '1 a check', '2 nothing', '3 something', '130 '];
    for (const text of [...options, ...codes]) expect(said).toContain(text);
  });

  test.each([
    [['--minutes', '0'], /1 to 1440/],
    [['--only', 'nothing'], /Allowed choices/],
    [['--clean', 'airlock'], /only a stack of this command/],
    [['--region', 'moon-1', '--yes'], /is not an AWS region/],
    [['--surprise'], /unknown option/],
  ])('refuses %j with 2', async (words, message) => {
    const { exitCode, said } = await started(words);
    expect(exitCode).toBe(2);
    expect(said).toMatch(message);
  });

  test.each<[string, Record<string, Ended>, RegExp]>([
    ['an old AWS CLI', { 'aws --version': ended('aws-cli/1.45.11 Python/3.11') }, /needs 2.12 or later/],
    ['no AWS CLI', { 'aws --version': ended('', 127) }, /install the AWS CLI 2/],
    ['no OpenSSH', { 'ssh -V': ended('', 127) }, /install OpenSSH/],
    [
      'no credentials',
      { 'aws sts get-caller-identity': ended('', 253, 'Unable to locate credentials') },
      /no usable credentials.*sign in/,
    ],
    [
      'no bootstrap',
      { 'aws ssm get-parameter': refusal('ParameterNotFound') },
      /npx cdk bootstrap aws:\/\/210987654321\/eu-west-1/,
    ],
    ['a denied permission', { 'aws ssm get-parameter': refusal('AccessDenied') }, /AccessDenied/],
    ['no region', { 'aws configure get region': ended('', 1) }, /pass --region/],
    [
      'a leftover of an earlier run',
      {
        [EARLIER]: ended(JSON.stringify([STACK, 'airlock'])),
        'aws logs describe-log-groups': ended(JSON.stringify([{ id: `/${STACK}/probe/audit` }])),
      },
      new RegExp(`--clean ${STACK} --yes`),
    ],
  ])('starts nothing with %s, and prints what to do', async (_, answers, message) => {
    const { exitCode, said, calls } = await started(['--yes'], answers);
    expect(exitCode).toBe(2);
    expect(said).toMatch(message);
    expect(made(calls)).toEqual([]);
  });

  test('starts nothing without a pinned iron-proxy', async () => {
    rmSync(join(root, 'config/software.lock.json'));
    expect(await started(['--yes'])).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('software pin'),
    });
  });

  test('with a profile, ignores the credentials of the environment', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c', HOME: '/h' };
    const { environments } = await started(['--profile', 'sandbox'], {}, keys);
    expect(environments[0]).toEqual({ AWS_PROFILE: 'sandbox', HOME: '/h' });
  });

  test('with --yes deploys, reports the failure, removes, and writes the evidence', async () => {
    const failing = { 'npx --no-install cdk deploy': ended('', 1, 'no') };
    const { exitCode, calls, said } = await started(['--yes'], failing);
    expect(exitCode).toBe(1);
    expect(calls.filter((call) => call.includes('cdk deploy'))).toHaveLength(1);
    expect(said).toMatch(/fail +deploy/);
    const text = readFileSync(join(root, 'docs/evidence/aws.json'), 'utf8');
    expect(JSON.parse(text).checks[1]).toMatchObject({ id: 'deploy', status: 'fail' });
  });

  test('deploys nothing where a quota is too low', async () => {
    const low = ended('{"checks":[{"id":"quota","result":"fail","reason":"the quota is 5"}]}', 1);
    const { exitCode, calls, said } = await started(['--yes'], {
      'node dist/bin/airlock.js preflight --live': low,
    });
    expect(exitCode).toBe(1);
    expect(said).toContain('the quota is 5');
    expect(made(calls)).toEqual([]);
  });

  test.each([
    [
      'an emulator',
      [],
      {
        'aws sts get-caller-identity': ended(
          '{"Account":"123456789012","Arn":"arn:aws:sts::123456789012:user/moto"}',
        ),
      },
    ],
    ['a part of the plan', ['--only', 'memory'], {}],
  ])('writes no evidence of %s', async (_, words, answers) => {
    await started(['--yes', ...words], { ...answers, 'npx --no-install cdk deploy': ended('', 1, 'no') });
    expect(existsSync(join(root, 'docs/evidence/aws.json'))).toBe(false);
  });

  test('--clean runs no check and needs no pinned iron-proxy', async () => {
    rmSync(join(root, 'config/software.lock.json'));
    const { exitCode, calls } = await started(['--clean', STACK, '--yes']);
    expect(exitCode).toBe(0);
    expect(calls.filter((call) => call.includes('cdk deploy'))).toEqual([]);
  });
});

describe('the throwaway configuration', () => {
  test('is valid with an agent beside it, whose state comes from a recovery point', () => {
    const stateFrom = 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0';
    const settings = { ...FIRST, agents: { ...FIRST.agents, restored: { ...FIRST_AGENT, stateFrom } } };
    writeConfiguration(join(root, 'made'), configurationFiles(STACK, 'eu-west-1', settings), '');
    const loaded = loadAirlock(join(root, 'made'));
    expect(loaded.ok ? loaded.airlock.agents.length : loaded.problems).toBe(2);
  });

  test('is valid, and holds one small agent', () => {
    writeConfiguration(
      join(root, 'made'),
      configurationFiles(STACK, 'eu-west-1', FIRST),
      join(root, 'config/software.lock.json'),
    );
    const loaded = loadAirlock(join(root, 'made'));
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
    expect(loaded.ok && loaded.airlock.agents.map(({ host }) => host.instanceType)).toEqual(['t4g.small']);
    expect(loaded.ok && loaded.airlock.ironProxy).toEqual(RELEASE);
  });

  test('deletes the file of a removed agent', () => {
    const write = (agents: typeof FIRST.agents) =>
      writeConfiguration(
        join(root, 'made'),
        configurationFiles(STACK, 'eu-west-1', { ...FIRST, agents }),
        '',
      );
    write({ ...FIRST.agents, second: { os: 'debian-13', rootGiB: 8 } });
    write(FIRST.agents);
    expect(readdirSync(join(root, 'made/agents'))).toEqual(['probe.yaml']);
  });
});

describe('a program', () => {
  test('ends with all its child processes when its time is over', async () => {
    const over = new AbortController();
    let child: Promise<Ended> | undefined;
    await new Promise<void>((resolve) => {
      const log = (text: string) => void (text === 'runs\n' && resolve());
      const run = program({ cwd: root, env: process.env, signal: over.signal, log });
      child = run('sh', ['-c', 'echo runs; sleep 600; true']);
    });
    over.abort(new Error('not done after 1 minutes'));
    // The promise settles only after every process has closed the output.
    await expect(child).rejects.toThrow('not done after 1 minutes');
  });
});
