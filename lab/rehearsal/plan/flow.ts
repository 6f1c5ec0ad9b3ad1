/** Packets of one kind from the agent host. */
export interface Flow {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Seconds since 1970. */
  readonly first: number;
  readonly last: number;
  readonly packets: number;
}

/** Packets that the link itself answers, or that never leave it: no connection to another machine. */
const LINK_SERVICES: readonly (readonly [name: string, is: (flow: Flow) => boolean])[] = [
  ['ARP', ({ what }) => what === 'arp'],
  ['DHCP', ({ what, port }) => what === 'udp' && port === 67],
  ['instance metadata', ({ what, to, port }) => what === 'tcp' && to === '169.254.169.254' && port === 80],
  ['time', ({ what, to, port }) => what === 'udp' && to === '169.254.169.123' && port === 123],
  ['multicast of the link', ({ to }) => /^224\.0\.0\.|^ff02:/.test(to)],
];

/** The link service that a packet belongs to, if it does. */
export function linkService(flow: Flow): string | undefined {
  return LINK_SERVICES.find(([, is]) => is(flow))?.[0];
}

export function flowText({ what, to, port }: Flow): string {
  return `${what} to ${to}${port === 0 ? '' : `:${port}`}`;
}
