import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { show } from './measure.mjs';

const BUNDLE = 'node_modules/.cache/airlock-bench/contain.cjs';
const LATENCY = 200;
/** Seconds, by number of agents. */
const LIMITS = [
  [1, 10],
  [20, 30],
];

/** The wall time of a containment with slow calls to AWS, and when the last byte moves in the lab. */
export async function benchContain() {
  await build({
    entryPoints: ['bench/contain/main.ts'],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  const { timeContainment } = createRequire(import.meta.url)(join(process.cwd(), BUNDLE));
  for (const [agents, limit] of LIMITS) {
    const { seconds, calls } = await timeContainment(agents, LATENCY);
    console.log(
      `contain ${agents}, ${LATENCY} ms added to each of ${calls} calls: ${show(seconds)} (limit ${limit} s)`,
    );
    if (seconds > limit) process.exitCode = 1;
  }
  lastByte();
}

/** Runs the lab's containment alone; its own limit is 5 s. */
function lastByte() {
  const scratch = mkdtempSync(join(tmpdir(), 'airlock-bench-'));
  try {
    const report = join(scratch, 'lab.json');
    const words = ['lab', '--only', 'Y4', '--config', 'test/fixtures/kit', '--json', '--output', report];
    const { status, stdout, stderr } = spawnSync('npx', ['airlock', ...words], { encoding: 'utf8' });
    const { proofs, message } = JSON.parse(readFileSync(report, 'utf8'));
    if (proofs === undefined) throw new Error(`not measured: ${message ?? stdout + stderr}`);
    for (const { id, title, verdict, saw } of proofs) console.log(`${id} ${verdict}: ${title}: ${saw}`);
    if (status !== 0) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
