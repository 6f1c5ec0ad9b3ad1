import type { Probe } from '../../network/attempts/attempt';
import type { ProbeResult } from '../../proof/verdict';
import type { DoorCast } from './cast';
import type { DoorVariantId } from './variants';
import type { Arrival, Exchange, Http2Exchange, Reply } from './wire';

/** Stands in what is sent for the mark by which an arrival is told to belong to an attempt. */
export const TOKEN = '@TOKEN@';

/** Everything that was seen of one attempt, at either end. */
export interface DoorSeen {
  readonly replies: readonly Reply[];
  /** What reached a host of the lab's internet with the attempt's mark. */
  readonly arrivals: readonly Arrival[];
  /** Answers to probes, which are made beside the door. */
  readonly probes: readonly ProbeResult[];
  /** Connections that the proxy box began while the attempt ran: where they arrived, and on which port. */
  readonly dialled: readonly { readonly at: string; readonly port: number }[];
  /** Names that the public resolver was asked for with the attempt's mark in them. */
  readonly asked: readonly string[];
}

export type Step =
  | { readonly exchange: Exchange }
  | { readonly http2: Http2Exchange }
  | { readonly probe: Probe }
  /** All at once. */
  | { readonly together: readonly Step[] }
  /** From here on the public resolver answers so; undone with the attempt's world. */
  | { readonly point: NonNullable<World['point']> };

/** What happens to the world while an attempt runs; it runs by itself then. */
export interface World {
  /** The public resolver answers so: whoever owns a name may point it anywhere. */
  readonly point?: Readonly<Record<string, readonly string[]>>;
  /** This happens to the proxy box before, and is made good afterwards. */
  readonly box?: Trouble;
}

export type Trouble =
  | 'stopped'
  | 'frozen'
  | 'killed'
  | 'disk full'
  | 'aws unreachable'
  | 'policy broken'
  | 'flooded';

/** One hostile attempt at a door. */
export interface DoorAttempt {
  /** Group letter and number, never reused for another attempt. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly invariant: string;
  /** What must stop it. */
  readonly stops: string;
  /** The weakened door at which the very same must get through. */
  readonly weakened: DoorVariantId;
  /** A text says why there is nothing to attack here. */
  readonly steps: (cast: DoorCast) => readonly Step[] | string;
  readonly world?: (cast: DoorCast) => World;
  /** Judged by connections, which bear no mark: nothing else may run beside it. */
  readonly alone?: boolean;
  /** What got through, in words; undefined: nothing. */
  readonly through: (seen: DoorSeen, cast: DoorCast) => string | undefined;
}

export interface RequestOptions {
  readonly headers?: readonly string[];
  readonly body?: string;
  /** @default closes the connection after one answer, so that nobody waits */
  readonly keepAlive?: boolean;
}

/** An HTTP/1.1 request to the byte, with the attempt's mark in a header. */
export function request(method: string, target: string, host: string, options: RequestOptions = {}): string {
  const { headers = [], body = '', keepAlive = false } = options;
  return [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    `X-Lab: ${TOKEN}`,
    ...(body === '' || headers.some((each) => /^(content-length|transfer-encoding)/i.test(each))
      ? []
      : [`Content-Length: ${body.length}`]),
    ...headers,
    ...(keepAlive ? [] : ['Connection: close']),
    '',
    body,
  ].join('\r\n');
}

type Rest = Partial<Exchange>;

/** Over TLS to port 443 of the box, as a name that resolves to it makes every program do. */
export const secure = (
  { own }: DoorCast,
  sni: string,
  text: string | Exchange['send'],
  rest: Rest = {},
): Step => ({
  exchange: { to: own, port: 443, tls: { sni }, send: typeof text === 'string' ? [text] : text, ...rest },
});

/** In plaintext to a port of the box. */
export const plain = (
  { own }: DoorCast,
  port: number,
  text: string | Exchange['send'],
  rest: Rest = {},
): Step => ({
  exchange: { to: own, port, send: typeof text === 'string' ? [text] : text, ...rest },
});

/** Through CONNECT. @param sni undefined: no TLS inside the tunnel */
export const tunnel = (
  { own }: DoorCast,
  authority: string,
  sni: string | undefined,
  text: string,
  rest: Rest = {},
): Step => ({
  exchange: {
    to: own,
    port: 8080,
    before: { send: `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`, until: 'head' },
    ...(sni !== undefined && { tls: { sni } }),
    send: [text],
    ...rest,
  },
});

/** Through SOCKS5 (RFC 1928), without authentication. @param host a name or an IPv4 address */
export const socks = (
  { own }: DoorCast,
  host: string,
  port: number,
  sni: string | undefined,
  text: string,
): Step => {
  const isAddress = /^\d+(\.\d+){3}$/.test(host);
  const target = isAddress
    ? `\x01${String.fromCharCode(...host.split('.').map(Number))}`
    : `\x03${String.fromCharCode(host.length)}${host}`;
  const ports = String.fromCharCode(port >> 8, port & 255);
  return {
    exchange: {
      to: own,
      port: 8080,
      before: { send: `\x05\x01\x00\x05\x01\x00${target}${ports}`, until: 'bytes', bytes: 12 },
      ...(sni !== undefined && { tls: { sni } }),
      send: [text],
    },
  };
};

const words = ({ method, host, target, tls }: Arrival) =>
  `${tls ? '' : 'in plaintext '}${method || 'bytes'} ${host}${target.slice(0, 60)}`;

/** Anything of the attempt's that a condition holds for arrived. */
export const arrivedIf =
  (condition: (arrival: Arrival, cast: DoorCast) => boolean): DoorAttempt['through'] =>
  ({ arrivals }, cast) => {
    const found = arrivals.find((each) => condition(each, cast));
    return found && `arrived: ${words(found)}`;
  };

export const arrivedAtAll = arrivedIf(() => true);

/** The port was dialled, anywhere. */
export const dialled =
  (port: number, at?: (cast: DoorCast) => string | undefined): DoorAttempt['through'] =>
  (seen, cast) => {
    const where = at?.(cast);
    const found = seen.dialled.find(
      (each) => each.port === port && (where === undefined || each.at === where),
    );
    return found && `the proxy box dialled port ${port} of ${found.at}`;
  };

/** The first that says something. */
export const either =
  (...all: DoorAttempt['through'][]): DoorAttempt['through'] =>
  (seen, cast) => {
    for (const one of all) {
      const found = one(seen, cast);
      if (found !== undefined) return found;
    }
    return undefined;
  };
