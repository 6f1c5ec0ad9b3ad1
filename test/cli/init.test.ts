import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { RUNTIME_NAMES, RUNTIMES } from '../../constructs/agent-host/runtimes';
import { PROVIDERS } from '../../constructs/agent-host/runtimes/providers';
import { loadAirlock } from '../../lib/config';
import { createFiles } from '../../lib/operations/init/create-files';
import { configDirectory, temporary } from './config-directory';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

const MIRRORS = [
  'apt=https://mirror.example.com/debian',
  'npm=https://npm.example.com',
  'pypi=https://pypi.example.com',
];
const FLAGS = [
  ...['--runtime', 'codex', '--model', 'openai', '--owner', 'dev@example.com', '--region', 'us-east-1'],
  ...MIRRORS.slice(0, 2).flatMap((mirror) => ['--mirror', mirror]),
];
const JOB = ['--job', 'github-pull-requests', '--with', 'repository=acme/widgets'];

/** Answers in order, as a person types them; then the person leaves. */
function typed(...answers: string[]) {
  const left = [...answers];
  return async () => left.shift();
}

describe('init makes a configuration that check takes', () => {
  const pairs = RUNTIME_NAMES.flatMap((runtime) =>
    Object.keys(PROVIDERS[runtime]).map((provider) => [runtime, provider] as const),
  );
  test.each(pairs)('in an empty directory, for %s with %s', async (runtime, provider) => {
    const cwd = temporary();
    const needs = ['debian-updates', ...RUNTIMES[runtime].installPresets].join();
    const mirrors = MIRRORS.filter((mirror) => {
      const [name = ''] = mirror.split('=');
      return name === 'apt' || (name === 'npm' ? /npm|claude-code|codex/.test(needs) : /pypi/.test(needs));
    });
    const id = provider === 'bedrock' ? 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' : 'some/model-1';
    const { exitCode, stderr } = await airlock(
      [
        ...[
          'init',
          'widgets',
          '--runtime',
          runtime,
          '--model',
          `${provider}/${id}`,
          '--owner',
          'dev@example.com',
        ],
        ...(provider === 'bedrock' ? ['--model-regions', 'us-east-1,us-west-2'] : []),
        ...(runtime === 'custom' ? ['--command', '/opt/agent/current/run "a # b"'] : []),
        ...['--region', 'us-east-1', ...mirrors.flatMap((mirror) => ['--mirror', mirror]), ...JOB],
      ],
      { cwd },
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(readdirSync(cwd)).toEqual(['config']);
    const checked = await airlock(['check'], { cwd });
    expect(checked).toMatchObject({ exitCode: 0 });
    const ignored = /lock\.json|quota/;
    expect(checked.stderr.split('\n').filter((line) => line !== '' && !ignored.test(line))).toEqual([]);
  });

  test('beside the agents of a configuration that is there, with its stack, its region and its mirrors', async () => {
    const config = configDirectory();
    const before = readFileSync(join(config, 'airlock.yaml'), 'utf8');
    const { exitCode, stdout } = await airlock([
      'init',
      'widgets',
      ...FLAGS.slice(0, 6),
      ...JOB,
      '--config',
      config,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^written: .*agents\/widgets\.yaml\n\nBefore it works\n {2}- Protect acme\/widgets/u,
    );
    expect(stdout).toContain('npx airlock secrets put widgets github-git-token   once');
    expect(readFileSync(join(config, 'airlock.yaml'), 'utf8')).toBe(before);
    expect(loadAirlock(config)).toMatchObject({ ok: true });
  });

  test('says in comments where the schema is, what the job relies on, and where values are set', async () => {
    const { stdout } = await airlock(['init', 'widgets', ...FLAGS, ...JOB, '--dry-run'], {
      cwd: temporary(),
    });
    expect(stdout).toContain('# yaml-language-server: $schema=../schema/agent.schema.json\n');
    expect(stdout).toMatch(/# - Protect acme\/widgets with rulesets/u);
    expect(stdout).toMatch(/formatter: 'Basic \{\{ base64 "x-access-token:" \.Value \}\}'/u);
    expect(stdout).not.toContain('${');
  });
});

describe('init asks on a terminal', () => {
  test('what the flags leave open, by name or number, again after a wrong answer, with defaults', async () => {
    const cwd = temporary();
    const own = ['5', '1', '1, telegram', 'not a repository', 'acme/widgets', '', 'dev@example.com'];
    const line = typed(
      ...own,
      'my-stack',
      'eu-west-1',
      '',
      ...MIRRORS.slice(0, 2).map((url) => url.slice(4)),
    );
    const { exitCode, stderr } = await airlock(['init', 'widgets', '--runtime', 'codex'], { cwd, line });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('1  openai\n');
    expect(stderr).toContain('No: must begin with openai: write "openai"');
    expect(stderr).toContain('No: is not a repository (without ".git")');
    const loaded = loadAirlock(join(cwd, 'config'));
    expect(loaded).toMatchObject({
      ok: true,
      airlock: {
        name: 'my-stack',
        notify: ['dev@example.com'],
        agents: [{ name: 'widgets', role: 'operator' }],
      },
    });
  });

  test('and writes nothing when the person leaves', async () => {
    const cwd = temporary();
    const { exitCode, stdout, stderr } = await airlock(['init', 'widgets'], { cwd, line: typed('codex') });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/Nothing was written\.\n$/u);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('init writes nothing, and says why', () => {
  test('when answers are missing and nobody can be asked: one error lists all of them', async () => {
    const cwd = temporary();
    const { exitCode, stdout, stderr } = await airlock(
      ['init', 'widgets', '--runtime', 'codex', '--job', 'telegram'],
      { cwd },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    const flags = [...stderr.matchAll(/^ {2}(--\S+(?: \w+=)?)/gmu)].map(([, flag]) => flag);
    expect(stderr).toMatch(/^error: 5 answers are missing/u);
    expect(flags).toEqual(['--model', '--owner', '--region', '--mirror apt=', '--mirror npm=']);
    const json = await airlock(['init', 'widgets', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      reason: 'missing',
      missing: [{ flag: '--runtime <runtime>' }, {}, {}, {}, {}],
    });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each<[what: string, agent: string, flags: string[], message: RegExp]>([
    ['a name that leads elsewhere', '../scout', [], /<agent> "\.\.\/scout" must be lower-case words/u],
    ['a name with an escape sequence', 'a\u001b[31m', [], /<agent> "a\\u001b\[31m" must be/u],
    ['a name that the kit uses', 'warden', [], /is a name the kit uses itself/u],
    [
      'a repository that is a pattern',
      'widgets',
      [...JOB, '--with', 'repository=acme/*'],
      /--with repository=<repository> "acme\/\*" is not a repository/u,
    ],
    [
      'a repository with a line break',
      'widgets',
      [...JOB, '--with', 'repository=acme/x\negress: []'],
      /is not a repository/u,
    ],
    [
      'a repository with a variable',
      'widgets',
      [...JOB, '--with', 'repository=${with.x}/y'],
      /is not a repository/u,
    ],
    [
      'a mail address with YAML in it',
      'widgets',
      ['--owner', 'a@b.example, root: true'],
      /--owner <mail> "a@b/u,
    ],
    ['a model with YAML in it', 'widgets', ['--model', 'openai/x: y'], /--model .* is not a model id/u],
    ['a recipe that is none', 'widgets', ['--job', 'github-pull-request'], /write "github-pull-requests"/u],
    [
      'a role that can not do the job',
      'widgets',
      [...JOB, '--role', 'reader'],
      /can't do the jobs, which need operator/u,
    ],
    [
      'a value that nothing asks for',
      'widgets',
      ['--with', 'repository=acme/widgets'],
      /--with repository "acme\/widgets" has no use here: leave it out: nothing that this agent runs asks for it/u,
    ],
    ['a value without a name', 'widgets', ['--with', 'acme/widgets'], /--with "acme\/widgets" has no name/u],
    [
      'a mirror that is plaintext',
      'widgets',
      ['--mirror', 'npm=http://npm.example.com'],
      /must begin with "https:\/\/"/u,
    ],
    ['a region that is none', 'widgets', ['--region', 'us-east-9'], /--region/u],
  ])('%s', async (_what, agent, flags, message) => {
    const cwd = temporary();
    const { exitCode, stdout, stderr } = await airlock(['init', agent, ...FLAGS, ...flags], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(OBEYED);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('with --dry-run, which shows all of it', async () => {
    const cwd = temporary();
    const { exitCode, stdout } = await airlock(['init', 'widgets', ...FLAGS, '--dry-run', '--json'], { cwd });
    expect(exitCode).toBe(0);
    const { reason, files } = JSON.parse(stdout);
    expect(reason).toBe('planned');
    expect(files.map(({ path }: { path: string }) => path.replace(/^.*\/config\//u, ''))).toEqual(
      expect.arrayContaining(['agents/widgets.yaml', 'airlock.yaml']),
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('where the agent is already, a dangling link included', async () => {
    const config = configDirectory();
    const scout = join(config, 'agents/scout.yaml');
    const text = readFileSync(scout, 'utf8');
    const run = () => airlock(['init', 'scout', ...FLAGS.slice(0, 6), '--config', config]);
    expect((await run()).stderr).toMatch(/scout\.yaml is there already/u);
    expect(readFileSync(scout, 'utf8')).toBe(text);
    rmSync(scout);
    symlinkSync(join(config, '../elsewhere'), scout);
    expect((await run()).stderr).toMatch(/scout\.yaml is there already/u);
    expect(existsSync(join(config, '../elsewhere'))).toBe(false);
  });

  test('where the configuration is unsound already: check has the first word', async () => {
    const config = configDirectory({ 'agents/mender.yaml': (text) => text.replace('builder', 'bilder') });
    const { exitCode, stderr } = await airlock(['init', 'widgets', ...FLAGS.slice(0, 6), '--config', config]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/mender\.yaml:\d+:\d+ role: .*write "builder"/u);
    expect(existsSync(join(config, 'agents/widgets.yaml'))).toBe(false);
  });

  test('where a recipe of the team is none', async () => {
    const config = configDirectory();
    mkdirSync(join(config, 'recipes'));
    writeFileSync(join(config, 'recipes/mine.yaml'), 'name: mine\n');
    const { exitCode, stderr } = await airlock(['init', 'widgets', ...FLAGS.slice(0, 6), '--config', config]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/mine\.yaml is no recipe: title/u),
    });
  });
});

test('several files are made together or not at all, in folders that go again', () => {
  const directory = temporary();
  const there = join(directory, 'b.yaml');
  writeFileSync(there, 'kept');
  const files = [join(directory, 'new/deep/a.yaml'), there, join(directory, 'c.yaml')].map((path) => ({
    path,
    text: 'x',
  }));
  expect(createFiles(files)).toEqual({ reason: 'exists', path: there });
  expect(readdirSync(directory)).toEqual(['b.yaml']);
  expect(readFileSync(there, 'utf8')).toBe('kept');
});
