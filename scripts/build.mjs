// Builds dist/: the CDK app, the CLI, the library and the programs that run on AWS. Runs before every synth, so
// that dist is never stale. It builds nothing when no source is newer than the last build.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const RECORD = 'dist/build.json';

if (!isCurrent()) {
  const files = await buildAll(await import('./bundle.mjs'));
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

async function buildAll({ bundle, KIT }) {
  /** A program on AWS: one self-contained file, reproducible from the sources. */
  const shipped = { target: 'node22', output: { minify: true } };
  /** One in Lambda, whose runtime has the SDK; `require` alone finds it there. */
  const inLambda = {
    ...shipped,
    external: /^@aws-sdk\//,
    output: { minify: true, dynamicImportInCjs: false },
  };
  const systemctl = { inputs: ['lab/proxy/programs/systemctl.sh'], outputs: ['dist/lab/systemctl.sh'] };
  const built = await Promise.all([
    bundle('bin/app.ts', 'dist/bin/app.js', KIT),
    bundle('lib/index.ts', 'dist/lib/index.js', KIT),
    bundle('bin/airlock.ts', 'dist/bin/airlock.js', {
      ...KIT,
      output: { ...KIT.output, banner: '#!/usr/bin/env node' },
    }),
    // For this repository alone: the package doesn't hold the lab.
    bundle('lab/commands/index.ts', 'dist/lab/commands/index.js', KIT),
    bundle('lab/aws/main.ts', 'dist/try-on-aws.cjs', KIT),
    bundle('lib/warden/main.ts', 'dist/assets/warden.cjs', shipped),
    bundle('constructs/provider/function/handler.ts', 'dist/assets/provider/index.js', inLambda),
    bundle('lib/operations/containment/function/handler.ts', 'dist/assets/containment/index.js', inLambda),
    bundle('lib/operations/watch/function/handler.ts', 'dist/assets/watch/index.js', inLambda),
    // The programs of the lab are self-contained, so that a namespace needs nothing but Node.js.
    ...['internet', 'worker', 'relay'].map((name) =>
      bundle(`lab/proxy/programs/${name}/main.ts`, `dist/lab/${name}.cjs`),
    ),
  ]);
  // The replacement of systemctl on the lab's proxy boxes.
  copyFileSync(systemctl.inputs[0], systemctl.outputs[0]);
  const own = ['build', 'bundle'].map((name) => `scripts/${name}.mjs`);
  const all = [...built, systemctl, { inputs: [...own, 'package.json', 'package-lock.json'], outputs: [] }];
  return {
    inputs: [...new Set(all.flatMap(({ inputs }) => inputs))],
    outputs: all.flatMap(({ outputs }) => outputs),
  };
}
