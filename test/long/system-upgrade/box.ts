import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from '../../support/temporary';
import { program, put } from '../../warden/support/temporary';
import { RELEASES } from './repositories';

const SCRIPT = join(__dirname, '../../../constructs/proxy/boot/system-upgrade.sh');

/** What warden does once it is started: it sees its box as it is, unless the release makes it ill. */
const WARDEN = `release=$(sed 's/.*Linux //; s/"//' "$AIRLOCK_ROOT/etc/os-release")
grep -qsx "$release" "$AIRLOCK_ROOT/makes-ill" || echo "$release" >"$AIRLOCK_ROOT/run/airlock/system-sound"`;

/**
 * A box whose packages are real, in a root of their own: dnf and rpm are this machine's. Stand-ins: systemd, warden's
 * view of its box, the boot loader, and the plugin that looks at running processes.
 */
export class Box {
  readonly root = temporary();
  private readonly environment: NodeJS.ProcessEnv;

  constructor(repositories: string) {
    const { root } = this;
    const config = put(root, 'etc/dnf/dnf.conf', '[main]\ngpgcheck=0\nmetadata_expire=0\n');
    put(
      root,
      'etc/yum.repos.d/amazonlinux.repo',
      `[amazonlinux]\nname=for a test\nbaseurl=file://${repositories}/$releasever\n`,
    );
    put(root, 'boot/vmlinuz-old', '');
    for (const directory of ['var/lib/airlock', 'run/airlock', 'opt/airlock/warden/current'])
      mkdirSync(join(root, directory), { recursive: true });
    put(root, 'opt/airlock/bin/node', '#!/bin/sh\ntest ! -e "$AIRLOCK_ROOT/no-node"\n', 0o755);
    const options = `--disableplugin=local --installroot=${root} --config=${config} --setopt=reposdir=${root}/etc/yum.repos.d`;
    program(
      root,
      'dnf',
      `case "$*" in
  *reboothint) test ! -e "$AIRLOCK_ROOT/must-reboot" ;;
  *needs-restarting*) echo sshd.service ;;
  *) exec /usr/bin/dnf ${options} "$@" ;;
esac`,
    );
    program(root, 'rpm', `exec /usr/bin/rpm --root=${root} "$@"`);
    program(root, 'uname', 'echo old');
    program(root, 'sleep', 'exit 0');
    program(root, 'grubby', 'echo "grubby $*" >>"$AIRLOCK_ROOT/calls"');
    program(
      root,
      'systemctl',
      `echo "$*" >>"$AIRLOCK_ROOT/calls"\n[[ $* != 'restart airlock-warden.service' ]] || . "$AIRLOCK_ROOT/warden"`,
    );
    put(root, 'warden', WARDEN);
    this.environment = {
      PATH: `${root}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      AIRLOCK_ROOT: root,
      AIRLOCK_UPGRADE_WINDOW: '2',
      AIRLOCK_UPGRADE_PAUSE: '0',
      LANG: 'C.UTF-8',
    };
    const names = ['system-release', 'library', 'nodejs22', 'amazon-cloudwatch-agent'];
    const words = ['--assumeyes', '--quiet', `--releasever=${RELEASES.old}`, 'install', ...names];
    execFileSync(join(root, 'bin/dnf'), words, { env: this.environment, stdio: 'pipe' });
  }

  ask(next: string): void {
    this.request(`${next}\n${RELEASES.old}\n`);
  }

  request(text: string): void {
    put(this.root, 'var/lib/airlock/system-upgrade', text);
  }

  /** Has warden do something more each time it is started. */
  withWarden(lines: string): void {
    put(this.root, 'warden', `${WARDEN}\n${lines}\n`);
  }

  /** Runs the unit's script once. @returns the steps of its events */
  run(): string[] {
    const { stdout } = spawnSync('bash', [SCRIPT], {
      encoding: 'utf8',
      env: this.environment,
      timeout: 600_000,
    });
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .map(({ event, step }) => (event === 'system-upgrade' ? step : 'another event'));
  }

  /** Starts the script; `cut` ends it and whatever it runs, as a loss of power does. */
  start(): { child: ChildProcess; cut: () => Promise<void> } {
    const child = spawn('bash', [SCRIPT], { env: this.environment, detached: true, stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const cut = async () => {
      if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
      await ended;
    };
    return { child, cut };
  }

  /** What a boot changes: /run is empty, and warden runs before the unit does. */
  reboot(): void {
    rmSync(join(this.root, 'run/airlock'), { recursive: true });
    mkdirSync(join(this.root, 'run/airlock'));
    spawnSync('bash', ['-c', WARDEN], { env: this.environment });
  }

  set(name: 'slow' | 'must-reboot' | 'no-node' | 'makes-ill', text = ''): void {
    writeFileSync(join(this.root, name), text);
  }

  unset(name: 'slow' | 'must-reboot'): void {
    rmSync(join(this.root, name));
  }

  has(name: string): boolean {
    return existsSync(join(this.root, 'var/lib/airlock', name));
  }

  read(path: string): string {
    return existsSync(join(this.root, path)) ? readFileSync(join(this.root, path), 'utf8') : '';
  }

  packages(): string[] {
    const words = ['--query', '--all', '--queryformat', '%{NAME} %{VERSION}\\n'];
    return this.rpm(...words)
      .trim()
      .split('\n')
      .sort();
  }

  /** What rpm finds changed in the files of its packages. */
  differences(): string {
    return this.rpm('--verify', '--all', '--nomtime');
  }

  private rpm(...words: readonly string[]): string {
    return spawnSync(join(this.root, 'bin/rpm'), words, { encoding: 'utf8', env: this.environment }).stdout;
  }
}
