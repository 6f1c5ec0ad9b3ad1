import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const BUNDLE = 'node_modules/.cache/airlock-bench/baseline.cjs';

/** How many false alarms a baseline raises in simulated honest weeks, and how many simulated attacks it finds. Always the same. */
export async function benchBaseline() {
  await build({
    entryPoints: ['bench/baseline/main.ts'],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  createRequire(import.meta.url)(join(process.cwd(), BUNDLE));
}
