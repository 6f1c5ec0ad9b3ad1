import { join } from 'node:path';

/** Every path warden touches, below one root so that tests never leave their own directory. */
export interface Paths {
  readonly policy: string;
  /** The last text iron-proxy is known to run with: what a refused one is replaced by. */
  readonly goodPolicy: string;
  readonly certificate: string;
  readonly key: string;
  /** iron-proxy's environment: box address, region, management key. */
  readonly environment: string;
  readonly ironProxy: string;
  readonly ironProxyCurrent: string;
  readonly wardens: string;
  readonly wardenCurrent: string;
  readonly state: string;
  /** Two lines, the wanted and the present digest: airlock-upgrade.service acts on it. */
  readonly upgrade: string;
  /** The digest of the last warden that was rolled back. */
  readonly badWarden: string;
  /** Digest of a warden that has seen its box at least as well as its predecessor had: ends the upgrade's window. */
  readonly sound: string;
  /** Two lines, the wanted release of Amazon Linux and the present one: airlock-system-upgrade.service acts on it. */
  readonly systemUpgrade: string;
  /** The release that was undone last. */
  readonly badRelease: string;
  /** There when an upgrade could neither be finished nor undone: iron-proxy stays stopped. */
  readonly systemBroken: string;
  /** The release with which a restarted warden sees its box no worse than before: ends the upgrade's window. */
  readonly systemSound: string;
  readonly osRelease: string;
  /** What the running iron-proxy was started with; gone after a reboot, as the process is. */
  readonly started: string;
  readonly installed: string;
  readonly auditLog: string;
  readonly wardenLog: string;
  /** Where the CloudWatch agent keeps, a file for each log, how far it has sent it. */
  readonly sentOffsets: string;
}

/** @param root Empty on a box; a temporary directory in tests. */
export function pathsUnder(root: string): Paths {
  const at = (path: string) => join(root === '' ? '/' : root, path);
  return {
    policy: at('etc/iron-proxy/policy.yaml'),
    goodPolicy: at('etc/iron-proxy/policy.good.yaml'),
    certificate: at('etc/iron-proxy/ca.crt'),
    key: at('etc/iron-proxy/ca.key'),
    environment: at('etc/iron-proxy/environment'),
    ironProxy: at('opt/iron-proxy'),
    ironProxyCurrent: at('opt/iron-proxy/current'),
    wardens: at('opt/airlock/warden'),
    wardenCurrent: at('opt/airlock/warden/current'),
    state: at('var/lib/airlock/state.json'),
    upgrade: at('var/lib/airlock/upgrade'),
    badWarden: at('var/lib/airlock/bad-warden'),
    sound: at('run/airlock/sound'),
    systemUpgrade: at('var/lib/airlock/system-upgrade'),
    badRelease: at('var/lib/airlock/bad-release'),
    systemBroken: at('var/lib/airlock/system-broken'),
    systemSound: at('run/airlock/system-sound'),
    osRelease: at('etc/os-release'),
    started: at('run/airlock/iron-proxy-started'),
    installed: at('var/lib/airlock/installed'),
    auditLog: at('var/log/iron-proxy/audit.log'),
    wardenLog: at('var/log/airlock/warden.log'),
    sentOffsets: at('opt/aws/amazon-cloudwatch-agent/logs/state'),
  };
}
