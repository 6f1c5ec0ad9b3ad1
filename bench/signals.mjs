import { spawnSync } from 'node:child_process';
import { bundled, seconds, withScratch } from './measure.mjs';

/** How long each signal takes from its cause to the call of the topic. @param words `--write` keeps the figures for docs/WATCH.md */
export async function benchSignals(words) {
  seconds('node', ['scripts/build.mjs']);
  const program = await bundled('signals');
  await withScratch((scratch) => {
    const { status } = spawnSync(process.execPath, [program, scratch, ...words], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  });
}
