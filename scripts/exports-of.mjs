import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle, KIT } from './bundle.mjs';

/** What a file of the kit exports, machine files read as text. */
export async function exportsOf(file) {
  const made = join(process.cwd(), 'node_modules/.cache/airlock-exports', `${file.replaceAll('/', '-')}.cjs`);
  await bundle(file, made, KIT);
  return createRequire(import.meta.url)(made);
}
