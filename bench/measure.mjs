import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The CDK app and its flags, as `cdk.json` starts it. */
export const [NODE, ...APP] = JSON.parse(readFileSync('cdk.json', 'utf8')).app.split(' ');

/** Runs a command to its end and returns its wall time in seconds; stops the bench when it fails. */
export function seconds(command, args, options = {}) {
  const started = process.hrtime.bigint();
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: 'pipe', ...options });
  const elapsed = Number(process.hrtime.bigint() - started) / 1e9;
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  }
  return elapsed;
}

/** Runs each candidate in turn, `rounds` times after one warm-up, so that noise falls on all alike. */
export function interleaved(candidates, rounds) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(candidates)) {
      const elapsed = run();
      if (round >= 0) {
        times[name].push(elapsed);
      }
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export const show = (value) => `${value.toFixed(2)} s`;
