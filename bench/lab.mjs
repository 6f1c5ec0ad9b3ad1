import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { APP, NODE, seconds, show } from './measure.mjs';

const LIMIT = 180;
/** Below the package's directory, where the kit's code finds its built files. */
const BUNDLE = 'node_modules/.cache/airlock-bench/lab.cjs';

/** The cost of Scout's proxy box as ratios to direct requests, its memory, and the time of a whole lab. */
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
  const { benchProxy, lacks } = createRequire(import.meta.url)(join(process.cwd(), BUNDLE));
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
    seconds(NODE, APP, {
      env: {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify(JSON.parse(readFileSync('cdk.json', 'utf8')).context),
      },
    });
    const template = join(out, 'airlock.template.json');
    for (const line of await benchProxy(template, 'scout', process.execPath, path)) console.log(line);
    wholeLab(template, join(scratch, 'lab.json'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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
