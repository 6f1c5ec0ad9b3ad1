import { relative } from 'node:path';
import { rolldown } from 'rolldown';

const TEXTS = ['.sh', '.service', '.timer', '.slice', '.conf', '.cfg', '.tmpl', '.nft'];

/** The options of a program of the kit: its dependencies stay packages. */
export const KIT = {
  external: /^(?![./]|[A-Za-z]:[\\/])/,
  // `import()` of a CommonJS package takes Node.js twice as long as `require` of it.
  output: { dynamicImportInCjs: false },
};

/**
 * Writes a program as one CommonJS file, machine files in it as text.
 *
 * @returns the paths that it was made from, and its own
 */
export async function bundle(input, file, { target = 'node20', external, output } = {}) {
  const made = await rolldown({
    input,
    external,
    platform: 'node',
    // A package of which the program uses nothing isn't loaded.
    treeshake: { moduleSideEffects: [{ external: true, sideEffects: false }] },
    moduleTypes: Object.fromEntries(TEXTS.map((extension) => [extension, 'text'])),
    transform: { target },
    // A warning is an import that can't be resolved, or a mistake as grave.
    onLog: (level, log, report) => report(level === 'warn' ? 'error' : level, log),
  });
  await made.write({ file, format: 'cjs', codeSplitting: false, comments: false, ...output });
  const inputs = (await made.watchFiles).map((path) => relative('', path));
  await made.close();
  return { inputs, outputs: [file] };
}
