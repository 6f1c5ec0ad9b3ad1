// The Python environment of .ci/requirements.txt, cached between runs.
//
//   node scripts/outside/python.mjs      installs it, and prints the directory of its programs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const REQUIREMENTS = '.ci/requirements.txt';
const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
const environment = join(homedir(), '.cache/agent-airlock', `python-${digest}`);
const finished = join(environment, 'finished');

/** The directory of its programs. */
export function pythonPrograms() {
  return join(environment, 'bin');
}

export function installPython() {
  if (existsSync(finished)) return;
  rmSync(environment, { recursive: true, force: true });
  const quietly = { stdio: ['ignore', 2, 2] };
  execFileSync('python3', ['-m', 'venv', environment], quietly);
  execFileSync(join(environment, 'bin/pip'), ['install', '--quiet', '--requirement', REQUIREMENTS], quietly);
  writeFileSync(finished, '');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  installPython();
  console.log(pythonPrograms());
}
