import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { proxyUserData } from '../../constructs/proxy/user-data';
import { temporary } from '../support/temporary';
import { sha256 } from '../warden/support/policy';

/**
 * A proxy box's user data, unchanged, in a root of its own: this machine's file system under a layer that is thrown
 * away, in namespaces of its own. Real: the boothook, the bootstrap, warden's bundle and what it installs,
 * systemd-sysusers and systemd-tmpfiles. Stand-ins: what only Amazon Linux and AWS have, and what would change this
 * machine's kernel: its settings are there to read only.
 */
const asRoot = userInfo().uid === 0 ? test : test.skip;
const WARDEN = join(__dirname, '../../dist/assets/warden.cjs');
const LAYERS = [
  'set -eu',
  'mount -t tmpfs layers "$1/layer"',
  'mkdir "$1/layer/upper" "$1/layer/work" "$1/root"',
  'mount -t overlay root -o "lowerdir=/,upperdir=$1/layer/upper,workdir=$1/layer/work" "$1/root"',
  'mount -t proc proc "$1/root/proc"; mount --bind -o ro /proc/sys "$1/root/proc/sys"; mount --bind /dev "$1/root/dev"; mount -t tmpfs run "$1/root/run"',
  'mkdir -p "$1/root/tmp/box"; cp "$1"/*.sh "$1"/*.txt "$1/root/tmp/box/"',
  'exec chroot "$1/root" /bin/bash /tmp/box/boot.sh',
].join('\n');

const calls = (name: string, then = 'exit 0') =>
  // In the place of the real one, whatever search path a program has.
  `rm -f /usr/bin/${name} /usr/sbin/${name}; cat >/usr/bin/${name} <<'END'\n#!/bin/bash\necho "${name} $*" >>/tmp/box/calls\n${then}\nEND\nchmod 755 /usr/bin/${name}`;

function boot(warden: string, digest: string): { status: number | null; said: string } {
  const directory = temporary();
  const manifest = JSON.stringify({ warden: { bucket: 'assets', key: 'warden.cjs', sha256: digest } });
  const script = [
    'set -eu',
    'export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    calls('systemctl'),
    // The package brings its own user.
    calls('dnf', 'id cwagent >/dev/null 2>&1 || useradd --system --user-group cwagent'),
    calls('sysctl'),
    calls('curl', 'case "$*" in *region*) echo lab-east-1 ;; *) echo token ;; esac'),
    calls(
      'aws',
      'case "$1" in ssm) cat /tmp/box/manifest.txt ;; s3) cp /tmp/box/warden.txt "${@: -1}" ;; esac',
    ),
    'mkdir -p /opt/aws/amazon-cloudwatch-agent/bin',
    calls('ctl'),
    'ln -s /usr/bin/ctl /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl',
    `ln -sf ${process.execPath} /usr/bin/node-22`,
    'bash /tmp/box/user-data.txt && bash /tmp/box/user-data.txt',
    'set -a; . /etc/airlock/box.conf; set +a',
    '/etc/airlock/bootstrap.sh once || echo "BOOTSTRAP FAILED"',
    'echo "=== calls"; cat /tmp/box/calls',
    'echo "=== left"; ls -d /var/lib/airlock/installed /opt/airlock/warden/current /etc/systemd/system/airlock-*.service 2>/dev/null || :',
    'echo "=== users"; grep -cE "^(warden|iron-proxy|airlock)" /etc/passwd || :',
  ].join('\n');
  mkdirSync(join(directory, 'layer'));
  writeFileSync(join(directory, 'boot.sh'), script);
  writeFileSync(join(directory, 'user-data.txt'), proxyUserData({ stack: 'airlock', agent: 'scout' }));
  writeFileSync(join(directory, 'manifest.txt'), manifest);
  writeFileSync(join(directory, 'warden.txt'), warden);
  chmodSync(directory, 0o755);
  const words = ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', LAYERS, 'sh', directory];
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 600_000 });
  return { status, said: stdout + stderr };
}

describe("a proxy box's boot, unchanged, in a root of its own", () => {
  asRoot('ends with warden installed and started, and nothing else', () => {
    const warden = readFileSync(WARDEN, 'utf8');
    const { status, said } = boot(warden, sha256(warden));
    expect({ status, failed: /BOOTSTRAP FAILED/.test(said) }).toEqual({ status: 0, failed: false });
    expect(said).toMatch(/dnf --assumeyes --quiet install nodejs22 amazon-cloudwatch-agent/);
    expect(said).toMatch(/ctl -a fetch-config/);
    expect(said).toMatch(/systemctl start --no-block airlock-warden\.service\n=== left/);
    expect(said).not.toMatch(/systemctl (start|restart|enable)[^\n]* iron-proxy/);
    for (const file of [
      '/var/lib/airlock/installed',
      '/opt/airlock/warden/current',
      'airlock-warden.service',
    ])
      expect(said.split('=== left')[1]).toContain(file);
    expect(Number(/=== users\n(\d+)/.exec(said)?.[1])).toBeGreaterThan(0);
  });

  asRoot('leaves no warden behind whose digest is not the one in the box parameter', () => {
    const { said } = boot('process.exit(0)', sha256('another'));
    expect(said).toMatch(/BOOTSTRAP FAILED/);
    expect(said.split('=== left')[1]).not.toMatch(/installed|warden\/current/);
    expect(said).not.toMatch(/airlock-warden/);
  });
});
