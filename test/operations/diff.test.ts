import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { configDirectory, temporary } from '../cli/config-directory';
import { airlock } from '../cli/fake-terminal';

const IDENTITY = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
const DOCS = '/repos/ironsh/docs/contents/*';
const OPENED = `scout  + GET api.github.com ${DOCS}  (github-read-pat, low)`;
const opensDocs = (text: string) =>
  text.replace('paths: [/repos/ironsh/iron-proxy/*]', `paths: [/repos/ironsh/iron-proxy/*, ${DOCS}]`);

/** A repository with the shipped configuration as its only commit, on `main`. */
function repository() {
  const cwd = join(configDirectory(), '..');
  const git = (...args: string[]) => execFileSync('git', [...IDENTITY, ...args], { cwd, encoding: 'utf8' });
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(cwd, 'config', file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, change(before));
    expect(readFileSync(path, 'utf8')).not.toBe(before);
  };
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  };
  cpSync(join(packageRoot(), 'config/presets'), join(cwd, 'config/presets'), { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main');
  commit('first');
  return {
    cwd,
    git,
    edit,
    commit,
    diff: (...args: string[]) => airlock(['diff', ...args], { cwd, env: process.env }),
  };
}

describe('without --from it is compared with where the branch left the default branch', () => {
  test('a repository without a commit is told so', async () => {
    const { cwd, diff } = repository();
    rmSync(join(cwd, '.git/refs/heads/main'));
    expect((await diff()).stderr).toMatch(
      /^error: this git repository has no commit yet: commit the config/u,
    );
  });

  test('what isn’t committed is a change', async () => {
    const { edit, diff } = repository();
    expect(await diff()).toEqual({ exitCode: 0, stdout: 'nothing changed since HEAD\n', stderr: '' });
    edit('agents/scout.yaml', opensDocs);
    expect((await diff()).stdout).toBe(`${OPENED}\n\n1 rule opened since HEAD\n`);
  });

  test('commits of the branch are changes, and those of main are not', async () => {
    const { git, edit, commit, diff } = repository();
    git('switch', '--quiet', '--create', 'branch');
    edit('agents/scout.yaml', opensDocs);
    commit('open the docs');
    git('switch', '--quiet', 'main');
    edit('agents/mender.yaml', (text) => text.replace(/rootGiB: \d+/u, 'rootGiB: 99'));
    commit('a bigger disk');
    git('switch', '--quiet', 'branch');
    expect((await diff()).stdout).toMatch(
      /^scout {2}\+ GET .*\n\n1 rule opened since [0-9a-f]{10}, the merge base with main\n$/u,
    );
  });

  test('a rule of a preset is seen', async () => {
    const { edit, diff } = repository();
    edit('presets/anthropic.yaml', (text) => text.replace('/v1/messages', '/v1/messages/batches'));
    expect((await diff()).stdout).toMatch(/^scout +\+ POST api\.anthropic\.com \/v1\/messages\/batches/mu);
  });

  test('before the first commit that has a configuration, everything is new', async () => {
    const { git, diff } = repository();
    git('checkout', '--quiet', '--orphan', 'empty');
    git('rm', '-r', '--quiet', '--cached', '.');
    git('commit', '--quiet', '--allow-empty', '--message', 'empty');
    const { stdout } = await diff('--from', 'empty');
    expect(stdout).toMatch(/^mender +\+ agent mender/mu);
    expect(stdout).toMatch(/2 new agents, .* since empty, which has no configuration here\n$/u);
  });

  test('a shallow clone without the default branch says so, instead of that nothing changed', async () => {
    const { cwd } = repository();
    const clone = join(temporary(), 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${cwd}`, clone]);
    execFileSync('git', ['remote', 'remove', 'origin'], { cwd: clone });
    execFileSync('git', ['checkout', '--quiet', '--detach'], { cwd: clone });
    execFileSync('git', ['branch', '--quiet', '-D', 'main'], { cwd: clone });
    const { exitCode, stderr } = await airlock(['diff'], { cwd: clone, env: process.env });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /no commit in common with a default branch: fetch more history, or name one with --from/u,
    );
  });
});

describe('--from', () => {
  test('a ref is never an option, a path or a command', async () => {
    const { cwd, git, edit, diff } = repository();
    edit('agents/scout.yaml', opensDocs);
    for (const ref of [
      '--help',
      '--output=owned',
      '-h',
      'HEAD..main',
      '$(touch owned)',
      'HEAD\n--all',
      '',
      ':/x',
    ]) {
      const { exitCode, stdout, stderr } = await diff(`--from=${ref}`);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^error: git knows no commit ".*": name a branch, a tag/u);
    }
    expect((await diff('--from', 'HEAD')).stdout).toContain(OPENED);
    expect(git('status', '--porcelain')).toBe(' M config/agents/scout.yaml\n');
    expect(() => readFileSync(join(cwd, 'owned'))).toThrow('ENOENT');
  });

  test('a file is what an earlier diff wrote as JSON', async () => {
    const { cwd, edit, diff } = repository();
    await diff('--json', '--output', 'deployed.json');
    edit('agents/scout.yaml', opensDocs);
    expect((await diff('--from', 'deployed.json')).stdout).toBe(
      `${OPENED}\n\n1 rule opened since deployed.json\n`,
    );
    const { changes, snapshot } = JSON.parse((await diff('--format', 'json')).stdout);
    expect(changes).toEqual([
      {
        of: 'scout',
        kind: 'rule',
        sign: '+',
        what: `GET api.github.com ${DOCS}`,
        detail: 'github-read-pat, low',
      },
    ]);
    expect(snapshot).toMatchObject({
      stack: 'airlock',
      agents: { scout: { settings: { runtime: 'hermes' } } },
    });
    for (const wrong of ['{', '[]', '{"snapshot":{"stack":1}}']) {
      writeFileSync(join(cwd, 'deployed.json'), wrong);
      expect(await diff('--from', 'deployed.json')).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^error: deployed\.json holds no snapshot/u),
      });
    }
  });

  test('a directory is another configuration', async () => {
    const { cwd, edit, diff } = repository();
    cpSync(join(cwd, 'config'), join(cwd, 'staging'), { recursive: true });
    edit('agents/scout.yaml', opensDocs);
    expect((await diff('--from', 'staging')).stdout).toContain(`${OPENED}\n\n1 rule opened since staging\n`);
  });

  test('an earlier configuration that no longer loads is one clear error, with the file as git names it', async () => {
    const { edit, commit, diff } = repository();
    edit('agents/scout.yaml', (text) => text.replace('role: operator', 'role: boss'));
    commit('broken');
    edit('agents/scout.yaml', (text) => text.replace('role: boss', 'role: operator'));
    const { exitCode, stderr } = await diff('--from', 'HEAD');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: the configuration of HEAD doesn't load with this version of the kit, .*HEAD:agents\/scout\.yaml:\d+:\d+ role: "boss"/u,
    );
    expect(JSON.parse((await diff('--from', 'HEAD', '--json')).stdout).problems).toHaveLength(1);
  });

  test('a link in the earlier configuration is not followed', async () => {
    const { cwd, commit, diff } = repository();
    const file = join(cwd, 'config/agents/scout.yaml');
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    symlinkSync('/etc/passwd', file);
    commit('a link');
    rmSync(file);
    writeFileSync(file, text);
    expect((await diff('--from', 'HEAD')).stderr).toMatch(/^error: agents\/scout\.yaml of HEAD is a link/u);
  });

  test('where there is no repository it says what git says', async () => {
    const cwd = join(configDirectory(), '..');
    const { exitCode, stderr } = await airlock(['diff'], { cwd, env: process.env });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/git can't read the repository of .*: fatal: not a git repository/u);
  });
});

test('Markdown puts everything behind a fence that no value can close', async () => {
  const { cwd, diff } = repository();
  const agents = join(cwd, 'config/agents');
  mkdirSync(agents, { recursive: true });
  const file = join(agents, 'scout.yaml');
  const wide = "because: 'x\\n```\\n# Approved <img src=x> ````'";
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      'secrets:',
      `  - { id: w, host: w.example.com, risk: low, methods: [GET], paths: [/w], ${wide} }\nsecrets:`,
    ),
  );
  const { stdout, stderr } = await diff('--format', 'md');
  expect(stderr).toBe('');
  const [head, , open, ...rest] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^\*\*Airlock\*\*: 1 rule opened since `HEAD`\.$/u);
  expect(open).toBe('`````diff');
  expect(rest.filter((line) => /^`{5,}$/u.test(line))).toEqual(['`````']);
  expect(rest[0]).toMatch(/^\+ scout {2}GET w\.example\.com \/w {2}\(no secret, low, because: x/u);
});
