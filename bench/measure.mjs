import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, KIT } from '../scripts/bundle.mjs';

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

/** Times a command against a limit in seconds on two idle cores. */
export function within(what, limit, command, args) {
  const taken = seconds(command, args);
  console.log(`${what}: ${show(taken)} (limit ${limit} s on two idle cores)`);
  if (taken > limit) process.exitCode = 1;
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

/** Calls `work` with a directory that is removed afterwards. */
export async function withScratch(work) {
  const scratch = mkdtempSync(join(tmpdir(), 'airlock-bench-'));
  try {
    return await work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Synthesises into `out`. @param context besides that of `cdk.json` @returns the wall time in seconds */
export function synthesised(out, context = {}) {
  const all = { ...JSON.parse(readFileSync('cdk.json', 'utf8')).context, ...context };
  return seconds(NODE, APP, {
    env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(all) },
  });
}

/** Builds the kit's own programs. */
export const built = () => seconds('node', ['scripts/build.mjs']);

/** Bundles `bench/NAME/main.ts`, and runs it in a process of its own. */
export async function runProgram(name, words = []) {
  const { status } = spawnSync(process.execPath, [await bundled(name), ...words], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

/** All packages but one: packages are loaded first, and this one needs a module of the kit before it. */
const EXTERNAL = new RegExp(`^(?!@peculiar/x509)${KIT.external.source.slice(1)}`);

/**
 * Bundles `bench/NAME/main.ts`.
 *
 * @returns the bundle's path, below the package's directory, where the kit's code finds its built files
 */
export async function bundled(name, external = EXTERNAL) {
  const file = join(process.cwd(), `node_modules/.cache/airlock-bench/${name}.cjs`);
  await bundle(`bench/${name}/main.ts`, file, { ...KIT, external });
  return file;
}

export const show = (value) => `${value.toFixed(2)} s`;
