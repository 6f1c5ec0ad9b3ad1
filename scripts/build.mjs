// Builds dist/: the CDK app, the CLI, the library and the programs that run on AWS. Runs before every synth, so
// that dist is never stale. It builds nothing when no source is newer than the last build.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RECORD = 'dist/build.json';

if (!isCurrent()) {
  const { build } = await import('esbuild');
  const files = await buildAll(build);
  removeOthers(files.outputs);
  chmodSync('dist/bin/airlock.js', 0o755);
  writeFileSync(RECORD, JSON.stringify(files));
}

/** Whether all outputs of the last build exist and are newer than its inputs. */
function isCurrent() {
  try {
    const built = statSync(RECORD).mtimeMs;
    const { inputs, outputs } = JSON.parse(readFileSync(RECORD, 'utf8'));
    return (
      outputs.every((file) => existsSync(file)) && inputs.every((file) => statSync(file).mtimeMs < built)
    );
  } catch {
    return false;
  }
}

/** Removes what an earlier build left; the types have a build of their own. */
function removeOthers(outputs) {
  for (const file of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath ?? file.path, file.name);
    if (file.isFile() && !outputs.includes(path) && !path.startsWith(join('dist', 'types'))) rmSync(path);
  }
}

async function buildAll(build) {
  const texts = ['.sh', '.service', '.timer', '.slice', '.conf', '.cfg', '.tmpl'];
  const common = {
    bundle: true,
    platform: 'node',
    metafile: true,
    loader: Object.fromEntries(texts.map((extension) => [extension, 'text'])),
    logLevel: 'warning',
    // Its paths lead type checks to files of packages, which would come into the bundle.
    tsconfigRaw: {},
  };
  /** The programs of this repository and of a consumer's app, without their dependencies. */
  const kit = {
    ...common,
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    // `import()` of a CommonJS package takes Node.js twice as long as `require` of it.
    supported: { 'dynamic-import': false },
    outdir: 'dist',
    outbase: '.',
  };
  /** The programs on AWS: one self-contained file each, reproducible from the sources. */
  const shipped = {
    ...common,
    target: 'node22',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
  };
  const results = await Promise.all([
    build({ ...kit, entryPoints: ['bin/app.ts', 'lib/index.ts'] }),
    build({ ...kit, entryPoints: ['bin/airlock.ts'], banner: { js: '#!/usr/bin/env node' } }),
    // For this repository alone: the package doesn't hold the lab.
    build({ ...kit, entryPoints: ['lab/commands/index.ts'] }),
    build({ ...kit, entryPoints: ['lab/aws/main.ts'], outdir: undefined, outfile: 'dist/try-on-aws.cjs' }),
    build({ ...shipped, entryPoints: ['lib/warden/main.ts'], outfile: 'dist/assets/warden.cjs' }),
    build({
      ...shipped,
      external: ['@aws-sdk/*'],
      entryPoints: ['constructs/provider/function/handler.ts'],
      outfile: 'dist/assets/provider/index.js',
    }),
    build({
      ...shipped,
      external: ['@aws-sdk/*'],
      // The SDK of Lambda's runtime is found by require alone.
      supported: { 'dynamic-import': false },
      entryPoints: ['lib/operations/containment/function/handler.ts'],
      outfile: 'dist/assets/containment/index.js',
    }),
    build({
      ...shipped,
      external: ['@aws-sdk/*'],
      supported: { 'dynamic-import': false },
      entryPoints: ['lib/operations/watch/function/handler.ts'],
      outfile: 'dist/assets/watch/index.js',
    }),
    // The replacement of systemctl on the lab's proxy boxes.
    build({
      entryPoints: ['lab/proxy/programs/systemctl.sh'],
      loader: { '.sh': 'copy' },
      outdir: 'dist/lab',
      metafile: true,
    }),
    // The programs of the lab: one self-contained file each, so that a namespace needs nothing but Node.js.
    build({
      ...shipped,
      target: 'node20',
      minify: false,
      entryPoints: Object.fromEntries(
        ['internet', 'worker', 'relay'].map((name) => [name, `lab/proxy/programs/${name}/main.ts`]),
      ),
      outExtension: { '.js': '.cjs' },
      outdir: 'dist/lab',
    }),
  ]);
  const sources = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const outputs = results.flatMap(({ metafile }) => Object.keys(metafile.outputs));
  const inputs = [...new Set(['scripts/build.mjs', 'package.json', 'package-lock.json', ...sources])];
  return { inputs, outputs };
}
