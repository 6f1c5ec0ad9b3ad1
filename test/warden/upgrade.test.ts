import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from '../support/temporary';
import { sha256 } from './support/policy';
import { program, put } from './support/temporary';

const [OLD, NEW] = [sha256('old'), sha256('new')];
const SCRIPT = join(__dirname, '../../constructs/proxy/boot/upgrade.sh');

/** A box in the middle of an upgrade. @param restart What happens when systemd restarts warden. */
function box(restart: string, install = 'exit 0'): { root: string; run: () => string } {
  const root = temporary();
  put(root, 'var/lib/airlock/upgrade', `${NEW}\n${OLD}\n`);
  for (const digest of [OLD, NEW]) put(root, `opt/airlock/warden/${digest}/warden.cjs`, '');
  symlinkSync(OLD, join(root, 'opt/airlock/warden/current'));
  put(root, 'run/airlock/.keep', '');
  put(
    root,
    'opt/airlock/bin/node',
    `#!/bin/bash\necho "install $1" >>"$AIRLOCK_ROOT/calls"\n${install}\n`,
    0o755,
  );
  program(root, 'systemctl', `echo "systemctl $*" >>"$AIRLOCK_ROOT/calls"\n${restart}`);
  program(root, 'sleep', 'exit 0');
  return {
    root,
    run: () => {
      const { stdout, stderr } = spawnSync('bash', [SCRIPT], {
        encoding: 'utf8',
        env: { PATH: `${root}/bin:/usr/bin:/bin`, AIRLOCK_ROOT: root, AIRLOCK_UPGRADE_WINDOW: '3' },
      });
      return stdout + stderr;
    },
  };
}

const current = (root: string) => readlinkSync(join(root, 'opt/airlock/warden/current'));
const has = (root: string, name: string) => existsSync(join(root, 'var/lib/airlock', name));
const SOUND = `readlink "$AIRLOCK_ROOT/opt/airlock/warden/current" >"$AIRLOCK_ROOT/run/airlock/sound"`;

describe('an upgrade of warden', () => {
  test('takes over when the new one proves itself', () => {
    const { root, run } = box(SOUND);
    expect(run()).toContain('has taken over');
    expect(current(root)).toBe(NEW);
    expect([has(root, 'upgrade'), has(root, 'bad-warden')]).toEqual([false, false]);
  });

  test.each([
    ['stays silent', 'true', 'exit 0'],
    ['cannot install itself', SOUND, `[[ $1 != *${NEW}* ]]`],
    ['speaks for another', `echo ${OLD} >"$AIRLOCK_ROOT/run/airlock/sound"`, 'exit 0'],
    ['cannot be started', `[[ $(readlink "$AIRLOCK_ROOT/opt/airlock/warden/current") == ${OLD} ]]`, 'exit 0'],
  ])('goes back and remembers when the new one %s', (_, restart, install) => {
    const { root, run } = box(restart, install);
    expect(run()).toContain(`back to ${OLD}`);
    expect(current(root)).toBe(OLD);
    expect(readFileSync(join(root, 'var/lib/airlock/bad-warden'), 'utf8')).toBe(`${NEW}\n`);
    expect(has(root, 'upgrade')).toBe(false);
    expect(readFileSync(join(root, 'calls'), 'utf8')).toMatch(
      new RegExp(`install .*${OLD}.*\nsystemctl restart`),
    );
  });

  test('that was cut off after it was found bad is undone, not tried again', () => {
    const { root, run } = box(SOUND);
    put(root, 'var/lib/airlock/bad-warden', `${NEW}\n`);
    run();
    expect(current(root)).toBe(OLD);
    expect(readFileSync(join(root, 'calls'), 'utf8')).not.toContain(NEW);
  });

  test.each(['', '../../x\ny\n', `${NEW}\n`])('does nothing for a damaged file: %j', (text) => {
    const { root, run } = box(SOUND);
    put(root, 'var/lib/airlock/upgrade', text);
    run();
    expect(current(root)).toBe(OLD);
  });
});
