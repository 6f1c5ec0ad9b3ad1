import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { version } from '../../lib/cli/version';

const PROGRAM = join(packageRoot(), 'dist', 'bin', 'airlock.js');

test('the built program runs, with its exit code, and is quiet when its reader goes away', () => {
  const run = (command: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; "${process.execPath}" "${PROGRAM}" ${command}`], {
      encoding: 'utf8',
    });
  expect(run('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`airlock ${version()}\n`),
    stderr: '',
  });
  expect(run('check --config none')).toMatchObject({ status: 1, stderr: '' });
  expect(run('--help | true')).toMatchObject({ stderr: '' });
});
