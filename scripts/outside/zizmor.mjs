import { run } from './programs.mjs';
import { sample } from './variants.mjs';

/** Checks the security of the workflows: actions, permissions and triggers. */
export const zizmor = {
  name: 'zizmor',
  program: 'zizmor',
  what: 'the workflow',
  findings: () => check('.github'),
  spoilt: () =>
    check(
      sample(
        'unpinned.yml',
        'on: pull_request_target\njobs: { a: { runs-on: ubuntu-24.04, steps: [{ uses: actions/checkout@v4 }] } }\n',
      ),
    ),
};

function check(input) {
  // Its exit code is the highest severity found, from 11 to 14.
  const codes = [0, 11, 12, 13, 14];
  const { stdout } = run('zizmor', ['--offline', '--quiet', '--format', 'json', input], { codes });
  return JSON.parse(stdout)
    .filter(({ ignored }) => !ignored)
    .map(({ ident, desc, locations }) => {
      const { key, annotation } = locations[0].symbolic;
      return `${ident} ${desc}: ${annotation} in ${key.Local?.given_path ?? input}`;
    });
}
