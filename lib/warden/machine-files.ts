import connectUnit from '../../constructs/proxy/boot/airlock-connect.service';
import dnsUnit from '../../constructs/proxy/boot/airlock-dns.service';
import frontUnit from '../../constructs/proxy/boot/airlock-front.service';
import gateUnit from '../../constructs/proxy/boot/airlock-gate.service';
import journald from '../../constructs/proxy/boot/airlock-journald.conf';
import logAgent from '../../constructs/proxy/boot/airlock-log-agent.conf';
import logrotate from '../../constructs/proxy/boot/airlock-logrotate.conf';
import quotaUnit from '../../constructs/proxy/boot/airlock-quota.service';
import quotaCountUnit from '../../constructs/proxy/boot/airlock-quota-count.service';
import resolved from '../../constructs/proxy/boot/airlock-resolved.conf';
import swapUnit from '../../constructs/proxy/boot/airlock-swap.service';
import sysctl from '../../constructs/proxy/boot/airlock-sysctl.conf';
import systemUpgradeUnit from '../../constructs/proxy/boot/airlock-system-upgrade.service';
import sysusers from '../../constructs/proxy/boot/airlock-sysusers.conf';
import tmpfiles from '../../constructs/proxy/boot/airlock-tmpfiles.conf';
import upgradeUnit from '../../constructs/proxy/boot/airlock-upgrade.service';
import wardenUnit from '../../constructs/proxy/boot/airlock-warden.service';
import ironProxyUnit from '../../constructs/proxy/boot/iron-proxy@.service';
import ironProxySlice from '../../constructs/proxy/boot/ironproxy.slice';
import swap from '../../constructs/proxy/boot/swap.sh';
import systemUpgrade from '../../constructs/proxy/boot/system-upgrade.sh';
import upgrade from '../../constructs/proxy/boot/upgrade.sh';
import { cloudWatchAgentConfig } from './cloudwatch-agent';

export interface MachineFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

export const SYSUSERS = '/etc/sysusers.d/airlock.conf';
export const TMPFILES = '/etc/tmpfiles.d/airlock.conf';
export const SYSCTL = '/etc/sysctl.d/90-airlock.conf';
export const AGENT_CONFIG = '/etc/airlock/cloudwatch-agent.json';

/** Every file that this warden writes on its box; a later warden may replace them. */
export function machineFiles(stack: string, agent: string): readonly MachineFile[] {
  const file = (path: string, text: string, mode = 0o644): MachineFile => ({ path, text, mode });
  return [
    file(SYSUSERS, sysusers),
    file(TMPFILES, tmpfiles),
    file(SYSCTL, sysctl),
    file('/etc/systemd/resolved.conf.d/90-airlock.conf', resolved),
    file('/etc/systemd/journald.conf.d/90-airlock.conf', journald),
    file('/etc/logrotate.d/airlock', logrotate),
    file(AGENT_CONFIG, `${JSON.stringify(cloudWatchAgentConfig(stack, agent), null, 2)}\n`),
    file('/etc/systemd/system/amazon-cloudwatch-agent.service.d/90-airlock.conf', logAgent),
    file('/opt/airlock/bin/swap.sh', swap, 0o755),
    file('/etc/systemd/system/airlock-swap.service', swapUnit),
    file('/opt/airlock/bin/upgrade.sh', upgrade, 0o755),
    file('/opt/airlock/bin/system-upgrade.sh', systemUpgrade, 0o755),
    file('/etc/systemd/system/airlock-system-upgrade.service', systemUpgradeUnit),
    file('/etc/systemd/system/airlock-upgrade.service', upgradeUnit),
    file('/etc/systemd/system/airlock-gate.service', gateUnit),
    file('/etc/systemd/system/airlock-warden.service', wardenUnit),
    file('/etc/systemd/system/airlock-front.service', frontUnit),
    file('/etc/systemd/system/airlock-dns.service', dnsUnit),
    file('/etc/systemd/system/airlock-quota.service', quotaUnit),
    file('/etc/systemd/system/airlock-quota-count.service', quotaCountUnit),
    file('/etc/systemd/system/airlock-connect.service', connectUnit),
    file('/etc/systemd/system/iron-proxy@.service', ironProxyUnit),
    file('/etc/systemd/system/ironproxy.slice', ironProxySlice),
  ];
}
