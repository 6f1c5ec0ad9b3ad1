import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { bundled, seconds, show, synthesised, withScratch } from './measure.mjs';

const LIMIT = 600;

/** The cost of Scout's proxy box as ratios to direct requests, its memory, and the time of a whole lab. */
export async function benchLab() {
  seconds('node', ['scripts/build.mjs']);
  const { benchProxy, lacks } = createRequire(import.meta.url)(await bundled('lab'));
  const path = process.env.PATH ?? '';
  const missing = lacks(process.execPath, path);
  if (missing !== undefined) {
    console.error(`not measured: ${missing}`);
    process.exitCode = 1;
    return;
  }
  await withScratch(async (scratch) => {
    const out = join(scratch, 'out');
    synthesised(out);
    const template = join(out, 'airlock.template.json');
    for (const line of await benchProxy(template, 'scout', process.execPath, path)) console.log(line);
    wholeLab(template, join(scratch, 'lab.json'));
  });
}

/** By the lab's own clock, which starts after synth and after the build of the proxy program. */
function wholeLab(template, report) {
  const words = ['dist/bin/airlock.js', 'lab', '--template', template, '--json', '--output', report];
  const [before] = loadavg();
  const { status, stdout, stderr } = spawnSync('node', words, { encoding: 'utf8' });
  if (!existsSync(report)) throw new Error(`airlock lab gave no report:\n${stdout}${stderr}`);
  const { seconds: whole } = JSON.parse(readFileSync(report, 'utf8'));
  const verdict = status === 0 ? 'passed' : `failed (${stdout.trim().split('\n').at(-1)})`;
  console.log(
    `the whole lab: ${show(whole)} (limit ${LIMIT} s on two idle cores; here ${availableParallelism()}, ` +
      `load average ${before.toFixed(1)} before), ${verdict}`,
  );
  if (whole > LIMIT || status !== 0) process.exitCode = 1;
}
