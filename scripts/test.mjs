// npm test: biome, tsc and the quick suites at the same time, because each leaves a processor idle for a part of its time. What a
// check says is printed when it ends. Arguments go to vitest.
import { spawn } from 'node:child_process';

const CHECKS = [
  ['biome', 'check', '.'],
  // One checker: several would each check the packages' types again.
  ['tsc', '-p', 'tsconfig.json', '--checkers', '1'],
];
// Windows finds npm's commands through a shell only.
const shell = process.platform === 'win32';
const failed = [];

function run(command, words, stdio) {
  const child = spawn(command, words, { stdio: ['ignore', stdio, stdio], shell });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => said.push(data));
  return new Promise((resolve) => {
    const end = (why) => {
      if (said.length > 0) process.stdout.write(Buffer.concat(said));
      if (why !== undefined) failed.push(`${command} ${why}`);
      resolve();
    };
    child.on('error', (error) => end(`can't be started: ${error.message}`));
    child.on('close', (code, signal) => end(code === 0 ? undefined : `failed (${signal ?? code})`));
  });
}

await Promise.all([
  run('vitest', ['run', '--project', 'quick', ...process.argv.slice(2)], 'inherit'),
  ...CHECKS.map(([command, ...words]) => run(command, words, 'pipe')),
]);
for (const each of failed) console.error(each);
process.exitCode = failed.length > 0 ? 1 : 0;
