import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatePolicyText } from '../../lib/warden/gate/policy-file';
import { pathsUnder } from '../../lib/warden/paths';
import { temporary } from '../support/temporary';
import { gatePolicy } from '../warden/gate/gate-policy';

/** A box's root directory with a policy for the gate. */
export function gateRoot(policy = gatePolicy()): string {
  const root = temporary();
  for (const path of ['etc/airlock-gate', 'run/airlock-gate', 'var/log/airlock-gate'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(pathsUnder(root).gatePolicy, gatePolicyText(policy, []));
  return root;
}

/** Starts the built gate in that directory. */
export function startGate(root: string): ChildProcess {
  const words = [join(__dirname, '../../dist/assets/warden.cjs'), 'gate'];
  return spawn(process.execPath, words, { env: { ...process.env, AIRLOCK_ROOT: root }, stdio: 'ignore' });
}
