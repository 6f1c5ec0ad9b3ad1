import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeConfig } from './growth.mjs';
import { bundled, show, synthesised, withScratch } from './measure.mjs';

const LATENCY = 200;
/** Seconds, by number of agents. */
const LIMITS = [
  [1, 10],
  [20, 30],
];
/** One stack doesn't hold 20 agents: CloudFormation takes 500 resources. The stacks are looked at side by side. */
const STATUS = { stacks: 2, agents: 10, limit: 5 };

/** The wall time of a containment and of `status` with slow calls to AWS, and when the last byte moves in the lab. */
export async function benchContain() {
  const bundle = await bundled('contain');
  const { timeContainment, lookAt } = createRequire(import.meta.url)(bundle);
  for (const [agents, limit] of LIMITS) {
    const { seconds, calls } = await timeContainment(agents, LATENCY);
    console.log(
      `contain ${agents}, ${LATENCY} ms added to each of ${calls} calls: ${show(seconds)} (limit ${limit} s)`,
    );
    if (seconds > limit) process.exitCode = 1;
  }
  await withScratch((scratch) => benchStatus(scratch, bundle, lookAt));
  await withScratch(lastByte);
}

async function benchStatus(scratch, bundle, lookAt) {
  const { stacks, agents, limit } = STATUS;
  writeConfig(join(scratch, 'config'), agents);
  synthesised(join(scratch, 'out'), { config: join(scratch, 'config') });
  const template = join(scratch, 'out', 'airlock.template.json');
  const look = () => lookAt(template, LATENCY);
  const script = `require(${JSON.stringify(bundle)}).lookAt(${JSON.stringify(template)}, ${LATENCY}).then(() => {
    const { user, system } = process.cpuUsage();
    console.log(((user + system) / 1e6).toFixed(2));
  })`;
  // The first look loads the SDK's packages.
  await look();
  for (const [how, one] of [
    ['as commands, with the start of Node.js and the load of the SDK', () => started(script)],
    ['in a process that has looked before', look],
  ]) {
    const began = performance.now();
    const found = await Promise.all(Array.from({ length: stacks }, one));
    const seconds = (performance.now() - began) / 1000;
    const cpu = one === look ? '' : `, CPU of each ${found.join(' s, ')} s`;
    const what = `status of ${stacks * agents} in ${stacks} stacks, ${LATENCY} ms added to each call`;
    console.log(`${what}, ${how}: ${show(seconds)}${cpu} (limit ${limit} s)`);
    if (seconds > limit) process.exitCode = 1;
  }
}

/** Runs a script in a Node.js of its own, and returns what it prints. */
async function started(script) {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { encoding: 'utf8' });
  return stdout.trim();
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
