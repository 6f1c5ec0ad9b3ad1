import { createRequire } from 'node:module';
import { bundled } from './measure.mjs';

/** Disk and memory of each runtime, at rest and while it answers; node scripts/fetch-runtimes.mjs downloads them. */
export async function benchRuntimes() {
  const { measureRuntimes } = createRequire(import.meta.url)(await bundled('runtimes'));
  await measureRuntimes(console.log);
}
