import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeConfig } from './growth.mjs';
import { bundled, show, synthesised, withScratch } from './measure.mjs';

const LATENCY = 200;
/** Seconds, by number of agents. */
const LIMITS = [
  [1, 10],
  [20, 30],
];
/** As many as one stack holds: CloudFormation takes 500 resources. */
const STATUS = { agents: 19, limit: 5 };

/** The wall time of a containment and of `status` with slow calls to AWS, and when the last byte moves in the lab. */
export async function benchContain() {
  const { timeContainment, timeStatus } = createRequire(import.meta.url)(await bundled('contain'));
  for (const [agents, limit] of LIMITS) {
    const { seconds, calls } = await timeContainment(agents, LATENCY);
    console.log(
      `contain ${agents}, ${LATENCY} ms added to each of ${calls} calls: ${show(seconds)} (limit ${limit} s)`,
    );
    if (seconds > limit) process.exitCode = 1;
  }
  await withScratch((scratch) => benchStatus(scratch, timeStatus));
  await withScratch(lastByte);
}

async function benchStatus(scratch, timeStatus) {
  const { agents, limit } = STATUS;
  writeConfig(join(scratch, 'config'), agents);
  synthesised(join(scratch, 'out'), { config: join(scratch, 'config') });
  const { seconds, calls } = await timeStatus(join(scratch, 'out', 'airlock.template.json'), LATENCY);
  console.log(
    `status of ${agents}, ${LATENCY} ms added to each of ${calls} calls: ${show(seconds)} (limit ${limit} s)`,
  );
  if (seconds > limit) process.exitCode = 1;
}

/** Runs the lab's containment alone; its own limit is 5 s. */
function lastByte(scratch) {
  const report = join(scratch, 'lab.json');
  const words = ['lab', '--only', 'Y4', '--config', 'test/fixtures/kit', '--json', '--output', report];
  const { status, stdout, stderr } = spawnSync('npx', ['airlock', ...words], { encoding: 'utf8' });
  const { proofs, message } = JSON.parse(readFileSync(report, 'utf8'));
  if (proofs === undefined) throw new Error(`not measured: ${message ?? stdout + stderr}`);
  for (const { id, title, verdict, saw } of proofs) console.log(`${id} ${verdict}: ${title}: ${saw}`);
  if (status !== 0) process.exitCode = 1;
}
