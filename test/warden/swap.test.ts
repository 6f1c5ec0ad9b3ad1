import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from '../support/temporary';
import { put } from './support/temporary';

const SCRIPT = join(__dirname, '../../constructs/proxy/boot/swap.sh');
const MIB = 1024 * 1024;

/** The script with stand-ins for what would write much, or change this machine. */
function box() {
  const root = temporary();
  const program = (name: string, body: string) =>
    chmodSync(
      put(root, `bin/${name}`, `#!/bin/bash\necho "${name} $*" >>"$AIRLOCK_ROOT/calls"\n${body}\n`),
      0o755,
    );
  put(root, 'calls', '');
  put(root, 'on', '');
  put(root, 'var/lib/airlock/state.json', '{}');
  program('dd', 'for word; do case $word in of=*) truncate --size=512M "${word#of=}" ;; esac; done');
  program('mkswap', 'true');
  program(
    'swapon',
    'case "$*" in *--show*) cat "$AIRLOCK_ROOT/on" ;; *) echo "$1" >>"$AIRLOCK_ROOT/on" ;; esac',
  );
  const file = join(root, 'var/lib/airlock/swap');
  return {
    root,
    file,
    program,
    run: () => {
      const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, AIRLOCK_ROOT: root };
      return spawnSync('bash', [SCRIPT], { env, encoding: 'utf8' }).status;
    },
    calls: (name: string) =>
      readFileSync(join(root, 'calls'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`${name} `)),
  };
}

describe('swap space on a proxy box', () => {
  test('is one file of 512 MiB that nobody but root reads', () => {
    const { file, run, calls } = box();
    expect(run()).toBe(0);
    const { size, mode } = statSync(file);
    expect([size, mode & 0o777]).toEqual([512 * MIB, 0o600]);
    expect(calls('mkswap')).toEqual([`mkswap ${file}.new`]);
    expect(calls('swapon').at(-1)).toBe(`swapon ${file}`);
  });

  test('is turned on again at the next boot, and not made anew', () => {
    const { root, file, run, calls } = box();
    run();
    put(root, 'on', '');
    expect(run()).toBe(0);
    expect(calls('dd')).toHaveLength(1);
    expect(calls('swapon').filter((call) => call === `swapon ${file}`)).toHaveLength(2);
  });

  test('is left alone while it is on', () => {
    const { file, run, calls } = box();
    run();
    expect(run()).toBe(0);
    expect(calls('swapon').filter((call) => call === `swapon ${file}`)).toHaveLength(1);
  });

  test('is made anew when it has another size or was cut off', () => {
    const { root, file, run, program, calls } = box();
    program('mkswap', 'kill -9 "$PPID"');
    expect(run()).not.toBe(0);
    expect(existsSync(file)).toBe(false);
    program('mkswap', 'true');
    expect(run()).toBe(0);
    put(root, 'on', '');
    truncateSync(file, 256 * MIB);
    expect(run()).toBe(0);
    expect(statSync(file).size).toBe(512 * MIB);
    expect(calls('dd')).toHaveLength(3);
  });

  test('fails aloud on a full disk, and leaves nothing behind that counts', () => {
    const { file, run, program } = box();
    program('dd', 'exit 1');
    expect(run()).not.toBe(0);
    expect(existsSync(file)).toBe(false);
  });
});
