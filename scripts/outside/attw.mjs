import { run } from './programs.mjs';
import { withBrokenPackage } from './publint.mjs';

/** Whether TypeScript finds the package's types in each mode of resolution. */
export const attw = {
  name: 'attw',
  program: 'attw',
  what: 'the types of the package',
  findings: () => check('.'),
  spoilt: () => withBrokenPackage(check),
};

function check(directory) {
  const flags = ['--format', 'table-flipped', '--no-color'];
  const { stdout, stderr, status } = run('attw', ['--pack', directory, ...flags]);
  return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
}
