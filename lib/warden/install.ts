import { dirname, join } from 'node:path';
import type { Host } from './host';
import { AGENT_CONFIG, machineFiles, SYSCTL, SYSUSERS, TMPFILES } from './machine-files';

export type Installed = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const AGENT_CTL = '/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl';

/**
 * Sets the machine up for this warden: users, directories, units, log shipping. It may run any number of times, in any
 * version. The marker is written last, so an interrupted run is repeated.
 */
export async function install(host: Host, root: string, stack: string, agent: string): Promise<Installed> {
  for (const { path, text, mode } of machineFiles(stack, agent)) {
    const place = join(root === '' ? '/' : root, path);
    await host.run({ file: 'mkdir', arguments: ['-p', dirname(place)], timeoutSeconds: 10 });
    if ((await host.read(place)) !== text) await host.write(place, text, { mode });
  }
  for (const [file, ...words] of STEPS) {
    const { status, output } = await host.run({ file, arguments: words, timeoutSeconds: 300 });
    if (status !== 0) {
      return { ok: false, reason: `${file} ${words.join(' ')}: status ${status}: ${output.slice(-300)}` };
    }
  }
  await host.write(host.paths.installed, `${new Date(host.now()).toISOString()}\n`, { mode: 0o644 });
  return { ok: true };
}

/** Every command, every time: an interrupted install doesn't show which ones are still to do. */
const STEPS: readonly (readonly [string, ...string[]])[] = [
  // Packages are here and not in the bootstrap: that is part of the user data, which must never change.
  ['dnf', '--assumeyes', '--quiet', 'install', 'haproxy', 'dnsmasq', 'nftables'],
  ['systemd-sysusers', SYSUSERS],
  ['systemd-tmpfiles', '--create', TMPFILES],
  // A kernel may lack a setting; that must not stop the installation.
  ['sysctl', '--quiet', '--ignore', `--load=${SYSCTL}`],
  // The resolver's own listener would occupy port 53.
  ['systemctl', 'try-restart', 'systemd-resolved.service'],
  ['ln', '-sfn', '/run/systemd/resolve/resolv.conf', '/etc/resolv.conf'],
  // Warden writes what only root may read; other units run this file as users of their own.
  ['chmod', '--recursive', 'a+rX', '/opt/airlock/warden/current/'],
  ['systemctl', 'daemon-reload'],
  // Starts the CloudWatch agent, or restarts it: it continues at the offset in its state file.
  [AGENT_CTL, '-a', 'fetch-config', '-m', 'ec2', '-s', '-c', `file:${AGENT_CONFIG}`],
  [
    'systemctl',
    'enable',
    'airlock-dns.service',
    'airlock-front.service',
    'airlock-swap.service',
    'airlock-gate.service',
    'airlock-warden.service',
    'airlock-upgrade.service',
    'airlock-system-upgrade.service',
  ],
  // Not awaited: a box without swap space works.
  ['systemctl', 'start', '--no-block', 'airlock-swap.service'],
  ['systemctl', 'start', '--no-block', 'airlock-warden.service'],
];
