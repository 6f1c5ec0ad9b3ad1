// npm pretest: build, lint and types at the same time, because each leaves a processor idle for a part of its time.
import { spawn } from 'node:child_process';

const CHECKS = [
  ['node', 'scripts/build.mjs'],
  ['biome', 'check', '.'],
  // One checker: several would each check the packages' types again.
  ['tsc', '-p', 'tsconfig.json', '--checkers', '1'],
];
for (const [command, ...words] of CHECKS) {
  // Windows finds npm's commands through a shell only.
  const check = spawn(command, words, { stdio: 'inherit', shell: process.platform === 'win32' });
  check.on('error', (error) => {
    console.error(`${command} can't be started: ${error.message}`);
    process.exitCode = 1;
  });
  check.on('exit', (code) => {
    if (code !== 0) process.exitCode = 1;
  });
}
