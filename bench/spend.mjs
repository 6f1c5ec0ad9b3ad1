import { spawnSync } from 'node:child_process';
import { bundled } from './measure.mjs';

/** How far above a vendor's bill the gate's charges are. @param words `--seed N`, `--calls N` */
export async function benchSpend(words) {
  const program = await bundled('spend');
  const { status } = spawnSync(process.execPath, [program, ...words], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
