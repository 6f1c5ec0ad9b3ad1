// Builds dist/: the CDK app, the CLI, the library and the two programs that run on AWS.
// Fast enough (esbuild, no type check) to run before every synth, so that dist is never stale.
import { chmodSync, cpSync } from 'node:fs';
import { build } from 'esbuild';

const TEXT_EXTENSIONS = ['.sh', '.service', '.timer', '.slice', '.conf', '.cfg', '.tmpl'];

const common = {
  bundle: true,
  platform: 'node',
  loader: Object.fromEntries(TEXT_EXTENSIONS.map((extension) => [extension, 'text'])),
  logLevel: 'warning',
};

/** What runs in this repository and in a consumer's app: dependencies stay outside. */
const kit = {
  ...common,
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  outdir: 'dist',
  outbase: '.',
  sourcemap: 'linked',
};

/** What runs on AWS: one self-contained file each, the same bytes for the same sources. */
const shipped = { ...common, target: 'node22', minify: true, legalComments: 'none', charset: 'utf8' };

await Promise.all([
  build({ ...kit, entryPoints: ['bin/app.ts', 'lib/index.ts'] }),
  build({ ...kit, entryPoints: ['bin/airlock.ts'], banner: { js: '#!/usr/bin/env node' } }),
  build({
    ...shipped,
    format: 'cjs',
    entryPoints: ['lib/warden/main.ts'],
    outfile: 'dist/assets/warden.cjs',
  }),
  build({
    ...shipped,
    format: 'cjs',
    external: ['@aws-sdk/*'],
    entryPoints: ['constructs/secrets/provider/handler.ts'],
    outfile: 'dist/assets/secrets-provider/index.js',
  }),
]);
chmodSync('dist/bin/airlock.js', 0o755);
// What runs inside the lab's namespaces.
cpSync('lab', 'dist/lab', { recursive: true });
