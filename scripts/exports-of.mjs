import { build } from 'esbuild';

/** What a file of the kit exports, machine files read as text. */
export async function exportsOf(file) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    format: 'esm',
    platform: 'node',
    loader: { '.sh': 'text', '.tmpl': 'text' },
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
