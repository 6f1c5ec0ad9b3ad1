import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

const BUNDLE = 'node_modules/.cache/airlock-bench/chain.cjs';

/** Seconds to verify a million records. */
export async function benchChain() {
  const bundle = { entryPoints: ['bench/chain/main.ts'], outfile: BUNDLE, bundle: true };
  await build({ ...bundle, platform: 'node', target: 'node20', logLevel: 'warning' });
  const { status } = spawnSync(process.execPath, [BUNDLE], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
