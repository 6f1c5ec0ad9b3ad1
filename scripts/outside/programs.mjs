// The paths of the external tools: Python tools from .ci/requirements.txt, one Go tool, two npm tools.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { installPython, pythonPrograms } from './python.mjs';

const ACTIONLINT = 'v1.7.12';
const go = join(homedir(), '.cache/agent-airlock', `actionlint-${ACTIONLINT}`);
const NPM = { publint: 'publint@0.3.25', attw: '@arethetypeswrong/cli@0.18.5' };
const npm = join(
  homedir(),
  '.cache/agent-airlock',
  `npm-${Object.values(NPM).join('-').replaceAll('/', '-')}`,
);

/** The path of a program, and the toolchain that installs it. */
function place(program) {
  if (program === 'actionlint') return { path: join(go, program), from: 'Go' };
  if (Object.hasOwn(NPM, program)) return { path: join(npm, 'node_modules/.bin', program), from: 'npm' };
  return { path: join(pythonPrograms(), program), from: 'Python 3' };
}

/** Why a program can't run, or undefined. */
export function lacking(program) {
  const { path, from } = place(program);
  return existsSync(path)
    ? undefined
    : `${program} is not here: run npm run outside -- --install, which needs ${from}`;
}

/** Installs the environments. A tool without its environment reports the failure. */
export function install() {
  try {
    installPython();
    if (!existsSync(join(go, 'actionlint'))) {
      const module = `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`;
      execFileSync('go', ['install', module], {
        env: { ...process.env, GOBIN: go },
        stdio: ['ignore', 2, 2],
      });
    }
    if (!Object.keys(NPM).every((program) => existsSync(join(npm, 'node_modules/.bin', program)))) {
      const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', npm];
      execFileSync('npm', ['install', ...options, ...Object.values(NPM)], { stdio: ['ignore', 2, 2] });
    }
  } catch (error) {
    console.error(`not installed: ${error.message}`);
  }
}

/**
 * Runs a tool whose exit code shows whether it found something.
 *
 * @throws when it can't start, or ends with another code
 */
export function run(program, argv, { input, cwd, codes = [0, 1] } = {}) {
  const { path } = place(program);
  const { status, stdout, stderr, error } = spawnSync(resolve(path), argv, {
    input,
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, PATH: `${pythonPrograms()}:${process.env.PATH}` },
  });
  if (error) throw error;
  if (!codes.includes(status))
    throw new Error(`${program} ended with ${status}: ${(stderr || stdout).slice(-2000)}`);
  return { stdout, stderr, status };
}
