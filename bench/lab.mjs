import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { seconds, show } from './measure.mjs';

const LIMIT = 180;
/** Below the package's own directory, where the kit's code looks for what the build made. */
const BUNDLE = 'node_modules/.cache/airlock-bench/lab.cjs';

/** What Scout's door costs, as ratios to the same requests without it; its memory; and the time of a whole lab. */
export async function benchLab() {
  seconds('node', ['scripts/build.mjs']);
  await build({
    entryPoints: ['bench/lab/main.ts'],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    loader: { '.service': 'text', '.conf': 'text' },
    logLevel: 'warning',
  });
  const { benchDoor, lacks } = createRequire(import.meta.url)(join(process.cwd(), BUNDLE));
  const path = process.env.PATH ?? '';
  const missing = lacks(process.execPath, path);
  if (missing !== undefined) {
    console.error(`not measured: ${missing}`);
    process.exitCode = 1;
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'airlock-bench-'));
  try {
    const out = join(scratch, 'out');
    seconds('node', ['dist/bin/app.js'], {
      env: {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify(JSON.parse(readFileSync('cdk.json', 'utf8')).context),
      },
    });
    const template = join(out, 'airlock.template.json');
    for (const line of await benchDoor(template, 'scout', process.execPath, path)) console.log(line);
    wholeLab(template, join(scratch, 'lab.json'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Its own clock, which counts neither synth nor the door's program being built. */
function wholeLab(template, report) {
  const words = ['dist/bin/airlock.js', 'lab', '--template', template, '--json', report];
  const { status, stdout, stderr } = spawnSync('node', words, { encoding: 'utf8' });
  const read = JSON.parse(readFileSync(report, 'utf8'));
  const verdict =
    status === 0 ? 'all well' : `not well, see 'airlock lab' (${stdout.trim().split('\n').at(-1)})`;
  console.log(`the whole lab: ${show(read.seconds)} (limit ${LIMIT} s on two cores), ${verdict}`);
  if (status !== 0) console.error(stderr.trim().split('\n').at(-1));
  if (read.seconds > LIMIT || status !== 0) process.exitCode = 1;
}
