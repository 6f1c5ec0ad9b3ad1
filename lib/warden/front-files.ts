import dns from '../../constructs/proxy/boot/dns.conf';
import front from '../../constructs/proxy/boot/front.cfg';
import quota from '../../constructs/proxy/boot/quota.conf';
import type { FrontSettings } from '../policy/document/front';
import type { Slot } from './paths';
import { httpsPort } from './slot';

/** Port 80, the counters, a reload's hand-over and the journal have connections of their own; CONNECT's are the front's. */
const BESIDES = 64 + 4 + 2 + 4;
const DAY = 86_400_000;
/** HAProxy reads the file when it reads its configuration, so it must be there. */
const CANARIES = `acl canaries path /canaries
  http-request set-log-level silent if canaries METH_GET
  http-request return status 200 content-type application/x-tar file /etc/airlock-front/canaries.tar if canaries METH_GET`;

/** HAProxy's configuration with an agent's limits, which leads to an iron-proxy's slot. */
export function frontConfig(settings: FrontSettings, slot: Slot): string {
  return filled(front, {
    IRON_PROXY: httpsPort(slot),
    SOURCE: SOURCES[slot],
    CANARIES: settings.canaries ? CANARIES : '# No canaries.',
    JOURNAL: settings.journal === false ? 'always_false' : 'path /journal',
    CONNECTIONS: settings.connections,
    MAXCONN: settings.connections + BESIDES,
    CONNECTIONS_PER_SECOND: settings.connectionsPerSecond,
    CONNECTIONS_PER_DAY: settings.connectionsPerDay,
    HELLO_SECONDS: settings.helloSeconds,
    IDLE_MINUTES: settings.idleMinutes,
  });
}

/** dnsmasq's configuration for a box with this address. */
export function dnsConfig(address: string): string {
  return filled(dns, { ADDRESS: address });
}

/** The kernel's limits of bytes. The text differs from day to day, so that each day begins with counters at zero. */
export function quotaConfig(settings: FrontSettings, now: number): string {
  return filled(quota, {
    DAY: Math.floor(now / DAY),
    UPLOAD_MIB_PER_SECOND: settings.uploadMiBPerSecond,
    UPLOAD_MIB_PER_DAY: settings.uploadMiBPerDay,
    DOWNLOAD_MIB_PER_DAY: settings.downloadMiBPerDay,
  });
}

function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/@([A-Z_]+)@/g, (_, name: string) => String(values[name]));
}

/** From where the front reaches each slot. */
const SOURCES: Readonly<Record<Slot, string>> = { a: '127.0.0.1', b: '127.0.0.2' };
const SERVER = /^( +server a 127\.0\.0\.1:)([0-9]+) source [0-9.]+$/m;

/** A configuration that leads to another slot, with the limits that it has. */
export function leadTo(slot: Slot, config: string): string {
  return config.replace(SERVER, `$1${httpsPort(slot)} source ${SOURCES[slot]}`);
}

export function leadsTo(slot: Slot, config: string): boolean {
  return SERVER.exec(config)?.[2] === String(httpsPort(slot));
}
