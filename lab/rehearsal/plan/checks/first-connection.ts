import { all, type Observation } from '../../../proof/proof';
import { type Flow, flowText, linkService } from '../flow';
import type { Inspection } from '../inspection';

export interface FirstConnection {
  /** While the machine waits for its proxy box, or later. */
  readonly seen: Inspection;
  readonly flows: readonly Flow[];
  readonly proxy: string;
  /** The resolvers that DHCP names. */
  readonly resolvers: readonly string[];
  /** Start of the machine's own clock in milliseconds since 1970, and the error of that. */
  readonly clock: { readonly start: number; readonly error: number };
}

/**
 * R01: resolver and certificate are in place before the first connection. The boothook starts the unit `airlock-wait` when
 * both are, so no packet may be older than that unit, and every packet must go to the proxy box. Queries of cloud-init
 * before it has user data are an exception: version 22.4 of Debian 12 tests whether DHCP's resolvers answer for names that
 * don't exist (`is_resolvable`; canonical/cloud-init, pull request 6707). The security group lets none of them out.
 */
export function firstConnection({ seen, flows, proxy, resolvers, clock }: FirstConnection): Observation {
  const started = Number(seen.proxyWait.ExecMainStartTimestampMonotonic ?? 0) / 1000;
  const inPlace = clock.start + started;
  const isEarly = ({ to, port, last }: Flow) =>
    port === 53 && resolvers.includes(to) && last * 1000 < inPlace - clock.error;
  const outward = flows.filter((flow) => linkService(flow) === undefined).sort((a, b) => a.first - b.first);
  const early = outward.filter(isEarly);
  const connections = outward.filter((flow) => !early.includes(flow));
  const elsewhere = connections.filter(({ to }) => to !== proxy);
  const [first] = connections;
  const after = first === undefined ? 0 : first.first * 1000 - inPlace;
  const servers = seen.resolver.match(/^nameserver .*$/gm) ?? [];
  const asked = [...new Set(early.map(({ to }) => to))].join(' and ');
  return all(
    `${first ? flowText(first) : 'no connection'} was first, ${(after / 1000).toFixed(1)} s after the configuration was in place; ${connections.length} kinds of connections, all to the proxy box${asked && `; before it had user data, cloud-init asked ${asked} for names`}`,
    [first !== undefined, 'no connection was seen'],
    [elsewhere.length === 0, `connections to others: ${elsewhere.slice(0, 3).map(flowText).join(', ')}`],
    [started > 0, 'the step after the configuration never began'],
    [
      started === 0 || after >= -clock.error,
      `the first connection came ${(-after / 1000).toFixed(1)} s before the configuration was in place`,
    ],
    [
      servers.length === 1 && servers[0] === `nameserver ${proxy}`,
      `resolvers: ${servers.join(', ') || 'none'}`,
    ],
    [seen.trusted, "the cell's certificate is not trusted"],
  );
}
