import { type Flow, flowText, linkService } from '../flow';
import type { Sight } from '../sight';
import { all, type Judgement } from './check';

export interface FirstCall {
  /** While the machine waits for its door, or later. */
  readonly sight: Sight;
  readonly flows: readonly Flow[];
  readonly proxy: string;
  /** The resolvers that DHCP names. */
  readonly resolvers: readonly string[];
  /** Milliseconds since 1970 at which the machine's own clock began to count, and how far that may be off. */
  readonly clock: { readonly start: number; readonly error: number };
}

/**
 * R01: DNS and certificate are set before the first call. The boothook starts airlock-door when both are in place, so
 * no packet to anybody may be older than that unit, and none may go anywhere but to the proxy box. What cloud-init asks
 * before it has user data at all is told apart: Debian 12's (22.4) tries whether DHCP's resolvers lie before it looks for
 * metadata (`is_resolvable`; canonical/cloud-init, pull request 6707). The security group lets none of it out.
 */
export function firstCall({ sight, flows, proxy, resolvers, clock }: FirstCall): Judgement {
  const started = Number(sight.door.ExecMainStartTimestampMonotonic ?? 0) / 1000;
  const inPlace = clock.start + started;
  const isEarly = ({ to, port, last }: Flow) =>
    port === 53 && resolvers.includes(to) && last * 1000 < inPlace - clock.error;
  const outward = flows.filter((flow) => linkService(flow) === undefined).sort((a, b) => a.first - b.first);
  const early = outward.filter(isEarly);
  const calls = outward.filter((flow) => !early.includes(flow));
  const astray = calls.filter(({ to }) => to !== proxy);
  const [first] = calls;
  const after = first === undefined ? 0 : first.first * 1000 - inPlace;
  const servers = sight.resolver.match(/^nameserver .*$/gm) ?? [];
  const asked = [...new Set(early.map(({ to }) => to))].join(' and ');
  return all(
    `${first ? flowText(first) : 'no call'} came first, ${(after / 1000).toFixed(1)} s after the configuration was in place; ${calls.length} kinds of calls, all to the proxy box${asked && `; before there was user data, cloud-init asked ${asked} for names`}`,
    [first !== undefined, 'no call was seen at all'],
    [astray.length === 0, `calls to others: ${astray.slice(0, 3).map(flowText).join(', ')}`],
    [started > 0, 'the step that follows the configuration never began'],
    [
      started === 0 || after >= -clock.error,
      `the first call came ${(-after / 1000).toFixed(1)} s before the configuration was in place`,
    ],
    [
      servers.length === 1 && servers[0] === `nameserver ${proxy}`,
      `resolvers: ${servers.join(', ') || 'none'}`,
    ],
    [sight.trusted, "the cell's certificate is not trusted"],
  );
}
