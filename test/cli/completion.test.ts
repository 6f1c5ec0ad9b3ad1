import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { configDirectory, temporary } from './config-directory';
import { airlock } from './fake-terminal';

/** What completion offers after these words, in the shipped configuration. */
async function offered(...words: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await airlock(['complete', '--', ...words]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean);
}

describe('completion offers what the program knows', () => {
  test.each<[what: string, words: string[], wanted: string[]]>([
    ['commands by their beginning', ['ini'], ['init']],
    ['the commands of a group', ['images', ''], ['help', 'pin']],
    ['agents where a command takes one', ['explain', ''], ['mender', 'scout']],
    ['agents after an option with a value', ['policy', '--config', 'config', 's'], ['scout']],
    ['the shells', ['completion', ''], ['bash', 'fish', 'zsh']],
    ['options, with those that every command has', ['check', '--js'], ['--json']],
    ['no agent for one that is new', ['init', ''], []],
    ['nothing of its own for the value of an option', ['check', '--config', ''], []],
    ['nothing for what it does not know', ['chek', 'x', '-'], ['--version']],
  ])('%s', async (_what, words, wanted) => {
    expect(await offered(...words)).toEqual(wanted);
  });

  test('every command that help shows, and none that is hidden', async () => {
    const { stdout } = await airlock(['--help']);
    const shown = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)(?:\s|$)/gmu)].map(([, name]) => name as string);
    expect(await offered('')).toEqual([...new Set(shown)].sort());
    expect(await offered('compl')).toEqual(['completion']);
  });
});

describe('the scripts', () => {
  test.each(['bash', 'zsh', 'fish'])('of %s asks airlock, and is the same as JSON', async (shell) => {
    const { exitCode, stdout } = await airlock(['completion', shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ complete -- /u);
    expect(JSON.parse((await airlock(['completion', shell, '--json'])).stdout)).toEqual({
      shell,
      script: stdout,
    });
  });

  test('another shell is one clear error', async () => {
    const { exitCode, stderr } = await airlock(['completion', 'tcsh']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Allowed choices are bash, zsh, fish/u);
  });

  const bash = spawnSync('bash', ['-c', 'mapfile -t x < /dev/null']).status === 0 ? test : test.skip;
  bash("in bash it completes agents, and a hostile file's name is neither offered nor run", () => {
    const config = configDirectory();
    const project = join(config, '..');
    const bin = temporary();
    symlinkSync(join(packageRoot(), 'dist/bin/airlock.js'), join(bin, 'airlock'));
    mkdirSync(join(project, 'work'));
    writeFileSync(join(config, 'agents/s$(touch owned).yaml'), '');
    writeFileSync(join(config, 'agents/scout two.yaml'), '');
    const script = `set -eu; source <(airlock completion bash)
      COMP_WORDS=(airlock explain s); COMP_CWORD=2; COMPREPLY=(); _airlock; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['-c', script], {
      cwd: join(project, 'work'),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'scout\n', stderr: '' });
    expect(existsSync(join(project, 'work/owned'))).toBe(false);
    expect(readdirSync(join(project, 'work'))).toEqual([]);
  });
});

test('list has a line for each agent, and the same as data', async () => {
  const { exitCode, stdout } = await airlock(['list']);
  expect(exitCode).toBe(0);
  const line = stdout.split('\n').find((each) => each.startsWith('scout'));
  expect(line?.split(/ {2,}/u)).toEqual([
    ...['scout', 'hermes', 'operator', 't4g.large'],
    expect.stringMatching(/^\d+ \(1 high\)$/u),
    ...['3', 'anthropic/claude-sonnet-4-5', 'devrel@example.com'],
  ]);
  const { agents } = JSON.parse((await airlock(['list', '--json'])).stdout);
  expect(agents).toMatchObject([
    { name: 'mender', provider: 'bedrock', secrets: 0, highRiskRules: 0, owner: 'platform@example.com' },
    { name: 'scout', provider: 'anthropic', secrets: 3, highRiskRules: 1, model: 'claude-sonnet-4-5' },
  ]);
});

describe('--version says what is pinned', () => {
  const locks = {
    'images.lock.json': { version: 1, images: [], amazonLinux: { release: '2023.9.20251105' } },
    'software.lock.json': {
      ironProxy: {
        version: '0.50.1',
        url: 'https://example.com/iron-proxy_0.50.1_linux_arm64.tar.gz',
        sha256: 'a'.repeat(64),
      },
    },
  };

  test('by the lock files of the configuration', async () => {
    const config = configDirectory();
    for (const [name, lock] of Object.entries(locks)) writeFileSync(join(config, name), JSON.stringify(lock));
    const cwd = join(config, '..');
    const { stdout } = await airlock(['--version'], { cwd });
    expect(stdout).toMatch(/^airlock \d+\.\d+\.\d+\niron-proxy 0\.50\.1\nAmazon Linux 2023\.9\.20251105\n/u);
    expect(stdout).toMatch(/^runtimes hermes \d.*, openclaw \d.*, claude-code \d.*, codex \d/mu);
    expect(JSON.parse((await airlock(['--version', '--json'], { cwd })).stdout)).toMatchObject({
      ironProxy: { version: '0.50.1', pinned: true },
      amazonLinux: '2023.9.20251105',
      images: 0,
    });
  });

  test('or that a lock file is wrong', async () => {
    const config = configDirectory();
    writeFileSync(join(config, 'software.lock.json'), '{}');
    const { stdout } = await airlock(['--version'], { cwd: join(config, '..') });
    expect(stdout).toContain("The lock files can't be read: 'airlock check' says why.");
  });

  test('or that nothing is, outside of a project', async () => {
    const { exitCode, stdout } = await airlock(['-V'], { cwd: temporary() });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('(not pinned yet: airlock software pin)');
    expect(stdout).toContain('Amazon Linux (not pinned yet: airlock images pin)');
  });
});
