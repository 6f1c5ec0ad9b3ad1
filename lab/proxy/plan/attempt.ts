import type { Needs, Probe } from '../../network/attempts/attempt';
import type { ProbeResult } from '../../network/attempts/observe';
import type { Proof } from '../../proof/proof';
import type { Target } from './target';
import type { ProxyVariantId } from './variants';
import type { Arrival, Exchange, Http2Exchange, Reply } from './wire';

/** In what is sent, this text becomes the mark by which an arrival is known to belong to an attempt. */
export const TOKEN = '@TOKEN@';

/** These become a made-up credential of the agent host, as it is and in base64. */
export const CANARY = '@CANARY@';
export const CANARY_BASE64 = '@CANARY64@';

/** What the box wrote into its logs while an attempt ran. */
export interface Logged {
  /** Of the logs that leave the box. */
  readonly lines: readonly string[];
  /** Ids of secrets whose value is in any log, and of canaries in logs that leave the box. */
  readonly leaks: readonly string[];
}

/** Everything that was seen of one attempt, on the agent host and on the internet. */
export interface ProxySeen {
  readonly replies: readonly Reply[];
  /** What reached a host of the lab's internet with the attempt's mark. */
  readonly arrivals: readonly Arrival[];
  /** Answers to probes, which don't go through iron-proxy. */
  readonly probes: readonly ProbeResult[];
  /** Connections that the proxy box began while the attempt ran: where they arrived, and on which port. */
  readonly dialled: readonly { readonly at: string; readonly port: number }[];
  /** Of an attempt with `logs`. */
  readonly logged: Logged;
  /** Of the attempt's mark, as a record writes the value of a query. */
  readonly digest: string;
  /** Names with the attempt's mark in them that the public resolver was asked for. */
  readonly asked: readonly string[];
}

/** A connection over TCP. */
export interface Dial {
  readonly exchange: Exchange;
}

export type Step =
  | Dial
  | { readonly http2: Http2Exchange }
  | { readonly probe: Probe }
  /** Happens to the proxy box after so many milliseconds, and is undone after the attempt. */
  | { readonly cause: Trouble; readonly after: number }
  /** All at once. */
  | { readonly together: readonly Step[] }
  /** Changes the answers of the public resolver, until the attempt's conditions are undone. */
  | { readonly point: NonNullable<Conditions['point']> };

/** What is different while an attempt runs. It runs alone then. */
export interface Conditions {
  /** Answers of the public resolver: the owner of a name may let it resolve to any address. */
  readonly point?: Readonly<Record<string, readonly string[]>>;
  /** Happens to the proxy box before the attempt, and is undone after it. */
  readonly box?: Trouble;
}

export type Trouble =
  | 'stopped'
  | 'frozen'
  | 'killed'
  | 'disk full'
  | 'aws unreachable'
  | 'policy broken'
  | 'flooded'
  | 'gate killed'
  | 'gate frozen'
  /** The front lets a MiB a day in. */
  | 'small quota';

/** An attack on the policy of a proxy box. Its claim holds while nothing gets through. */
export interface ProxyAttempt extends Proof<(target: Target) => readonly Step[] | string, ProxyVariantId> {
  readonly conditions?: (target: Target) => Conditions;
  /** Judged by connections, which carry no mark: nothing else may run beside it. */
  readonly alone?: boolean;
  readonly needs?: Needs;
  /** Judged by what the box writes into its logs: nothing else may run beside it. */
  readonly logs?: boolean;
  /** What got through, in words; undefined if nothing did. */
  readonly through: (seen: ProxySeen, target: Target) => string | undefined;
}

/** The attempt's mark where the attempt wants it. */
export function marked<T>(value: T, token: string): T {
  const text = JSON.stringify(value).replaceAll(TOKEN, token).replaceAll('@token@', token.toLowerCase());
  return JSON.parse(text) as T;
}

export interface RequestOptions {
  readonly headers?: readonly string[];
  readonly body?: string;
  /** @default closes the connection after one answer, so that nobody waits */
  readonly keepAlive?: boolean;
}

/** The bytes of an HTTP/1.1 request, with the attempt's mark in a header. */
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

/** Over TLS to port 443 of the proxy box, as every program does whose names resolve to it. */
export const secure = (
  { own }: Pick<Target, 'own'>,
  sni: string,
  text: string | Exchange['send'],
  rest: Rest = {},
): Dial => ({
  exchange: { to: own, port: 443, tls: { sni }, send: typeof text === 'string' ? [text] : text, ...rest },
});

/** In plaintext to a port of the box. */
export const plain = (
  { own }: Pick<Target, 'own'>,
  port: number,
  text: string | Exchange['send'],
  rest: Rest = {},
): Dial => ({
  exchange: { to: own, port, send: typeof text === 'string' ? [text] : text, ...rest },
});

/** Through CONNECT. @param sni undefined: no TLS inside the tunnel */
export const tunnel = (
  { own }: Pick<Target, 'own'>,
  authority: string,
  sni: string | undefined,
  text: string,
  rest: Rest = {},
): Dial => ({
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
  { own }: Pick<Target, 'own'>,
  host: string,
  port: number,
  sni: string | undefined,
  text: string,
): Dial => {
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

/** A request of the attempt arrived for which the condition holds. */
export const arrivedIf =
  (condition: (arrival: Arrival, target: Target) => boolean): ProxyAttempt['through'] =>
  ({ arrivals }, target) => {
    const found = arrivals.find((each) => condition(each, target));
    return found && `arrived: ${words(found)}`;
  };

export const arrivedAtAll = arrivedIf(() => true);

/** The proxy box dialled this port. @param at the namespace; undefined: anywhere */
export const dialled =
  (port: number, at?: (target: Target) => string | undefined): ProxyAttempt['through'] =>
  (seen, target) => {
    const where = at?.(target);
    const found = seen.dialled.find(
      (each) => each.port === port && (where === undefined || each.at === where),
    );
    return found && `the proxy box dialled port ${port} of ${found.at}`;
  };

/** The words of the first that found something. */
export const either =
  (...all: ProxyAttempt['through'][]): ProxyAttempt['through'] =>
  (seen, target) => {
    for (const one of all) {
      const found = one(seen, target);
      if (found !== undefined) return found;
    }
    return undefined;
  };
