import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './programs.mjs';
import { sample } from './variants.mjs';

const DIRECTORY = '.github/workflows';

/** Checks the workflows, and their scripts with shellcheck. */
export const actionlint = {
  name: 'actionlint',
  program: 'actionlint',
  what: 'the workflow',
  findings: () => check(readdirSync(DIRECTORY).map((name) => join(DIRECTORY, name))),
  spoilt: () =>
    check([
      sample(
        'spoilt.yml',
        'on: push\njobs: { a: { runs-on: ubuntu-24.04, steps: [{ run: "echo ${{ nobody.knows }}" }] } }\n',
      ),
    ]),
};

function check(files) {
  const { stdout } = run('actionlint', ['-format', '{{json .}}', ...files]);
  return JSON.parse(stdout || '[]').map(({ filepath, line, message }) => `${filepath}:${line} ${message}`);
}
