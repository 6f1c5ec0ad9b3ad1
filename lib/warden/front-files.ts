import dns from '../../constructs/proxy/boot/dns.conf';
import front from '../../constructs/proxy/boot/front.cfg';
import type { FrontSettings } from '../policy/document/front';

/** Port 80 has connections of its own; CONNECT's are the front's. */
const BESIDES = 64;

/** HAProxy's configuration with an agent's limits. */
export function frontConfig(settings: FrontSettings): string {
  const values: Record<string, number> = {
    CONNECTIONS: settings.connections,
    MAXCONN: settings.connections + BESIDES,
    CONNECTIONS_PER_SECOND: settings.connectionsPerSecond,
    CONNECTIONS_PER_DAY: settings.connectionsPerDay,
    HELLO_SECONDS: settings.helloSeconds,
    IDLE_MINUTES: settings.idleMinutes,
  };
  return front.replace(/@([A-Z_]+)@/g, (_, name: string) => String(values[name]));
}

/** dnsmasq's configuration for a box with this address. */
export function dnsConfig(address: string): string {
  return dns.replaceAll('@ADDRESS@', address);
}
