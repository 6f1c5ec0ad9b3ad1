import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Below the package's directory, where the kit's code finds its built files. */
const BUNDLE = 'node_modules/.cache/airlock-bench/runtimes.cjs';
const TEXTS = ['.sh', '.service', '.timer', '.slice', '.conf', '.cfg', '.tmpl'];

/** Disk and memory of each runtime, at rest and while it answers; node scripts/fetch-runtimes.mjs downloads them. */
export async function benchRuntimes() {
  await build({
    entryPoints: ['bench/runtimes/main.ts'],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    loader: Object.fromEntries(TEXTS.map((extension) => [extension, 'text'])),
    logLevel: 'warning',
  });
  const { measureRuntimes } = createRequire(import.meta.url)(join(process.cwd(), BUNDLE));
  await measureRuntimes(console.log);
}
