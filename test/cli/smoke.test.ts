import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { version } from '../../lib/cli/version';

const PROGRAM = join(packageRoot(), 'dist', 'bin', 'airlock.js');

test('the built program runs, with its exit code, and is quiet when its reader goes away', () => {
  const run = (command: string, before = '') =>
    spawnSync('bash', ['-c', `set -o pipefail; ${before} "${process.execPath}" "${PROGRAM}" ${command}`], {
      encoding: 'utf8',
    });
  expect(run('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`airlock ${version()}\n`),
    stderr: '',
  });
  expect(run('check --config none')).toMatchObject({ status: 1, stderr: '' });
  // The command itself keeps the SDK from its notice about Node.js 20.
  const withNotice = '-u AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const signedOut =
    'AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true';
  expect(
    run(`outputs`, `env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID -u AWS_SESSION_TOKEN ${withNotice} ${signedOut}`),
  ).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error: AWS accepted no credentials for [^\n]+\n$/u),
  });
  expect(run('--help | true')).toMatchObject({ stderr: '' });
});

test('the program loads no client of the AWS SDK until a command calls AWS', () => {
  const script = `require(${JSON.stringify(PROGRAM)});
    process.on('exit', () => console.log(Object.keys(require.cache).filter((file) => /client-/.test(file)).join()))`;
  const { stdout } = spawnSync(process.execPath, ['-e', script, '--', '', 'completion', 'bash'], {
    encoding: 'utf8',
  });
  expect(stdout.length).toBeGreaterThan(100);
  expect(stdout).toMatch(/\n\n$/);
});
