/** How to connect. */
export interface Connection {
  readonly to: string;
  readonly port: number;
  /** Sent in plaintext first, and answered before TLS begins: CONNECT, or SOCKS5. */
  readonly before?: { readonly send: string; readonly until: 'head' | 'bytes'; readonly bytes?: number };
  /** TLS with this server name; `''` sends none. Undefined: no TLS. */
  readonly tls?: { readonly sni: string; readonly alpn?: readonly string[] };
  /** An answer is complete after so many milliseconds without a byte. @default 400 */
  readonly quiet?: number;
  /** Milliseconds to wait for the answer. @default 4000 */
  readonly patience?: number;
  /** Verify the certificate, as a normal client does. @default false */
  readonly trust?: boolean;
}

/** One connection, and every byte that is sent on it. */
export interface Exchange extends Connection {
  /** Latin-1 text, a pause in milliseconds, or so many filler bytes (default: letters). */
  readonly send: readonly (
    | string
    | { readonly pause: number }
    | { readonly fill: number; readonly with?: 'spaces' }
  )[];
  /** Bytes of the answer to keep. @default 4096 */
  readonly keep?: number;
}

/** Frames of HTTP/2, sent as written here: no client library changes them. Texts are Latin-1. */
export type Http2Word = { readonly stream: number } & (
  | {
      readonly headers: readonly (readonly [name: string, value: string])[];
      /** `body` or trailers follow; `block`: more of these headers does. @default nothing */
      readonly more?: 'body' | 'block';
    }
  | { readonly data: string; readonly more?: true }
  /** So many CONTINUATION frames, full of headers, and no end. */
  | { readonly continuations: number }
  | { readonly reset: number }
);

/** One HTTP/2 connection. A normal client sends the other frames that a connection needs. */
export interface Http2Exchange extends Connection {
  /**
   * Streams begin in the order of their numbers: 1, 3, 5. At most 100 that are not reset, unless the server allows more
   * at once: the client that listens counts them.
   */
  readonly say: readonly Http2Word[];
  /** Stays open until all held connections are released. @default false */
  readonly hold?: boolean;
}

/** A request by a normal client that offers HTTP/2 and accepts HTTP/1.1. */
export interface OrdinaryRequest {
  readonly to: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that reached a host of the lab's internet, or bytes that were no request. */
export interface Arrival {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** Server name in the TLS handshake. */
  readonly sni: string;
  readonly host: string;
  /** Empty if the server could not read the request. */
  readonly method: string;
  /** A secret's value in it is replaced by its placeholder, or by its id. */
  readonly target: string;
  /** Header names as sent. */
  readonly headers: readonly string[];
  /** Names of trailers, so far. */
  readonly trailers: string[];
  /** Marks of attempts in it. */
  readonly tokens: string[];
  readonly secrets: { readonly id: string; readonly where: string }[];
  /** Bytes of the body, so far. */
  bytes: number;
  /** Request line and headers, for decision cases only: their secrets are made up. */
  raw?: string;
}

/** How an HTTP/2 connection ended with a server that negotiates HTTP/1.1 alone. */
export const UNSPOKEN = 'no HTTP/2 is spoken there';

/** How an HTTP/2 connection ended on which no frame could be sent: nothing was tried. */
export const UNSAID = 'no frame could be sent';

/** What came back to the agent. */
export interface Reply {
  /** Status of every response on this connection, in order; in HTTP/2, by stream. */
  readonly statuses: readonly number[];
  /** Header lines of the last response. */
  readonly head: string;
  /** Beginning of the last response's body. */
  readonly body: string;
  /** Bytes of everything that came back. */
  readonly bytes: number;
  /** When each part came back, in milliseconds after the request. */
  readonly times: readonly number[];
  /** How it ended, in the client's words. */
  readonly ended: string;
  /** Ids of secrets whose value came back: there must be none. */
  readonly leaks: readonly string[];
  /** HTTP/2 error codes that ended streams, or the connection (RFC 9113, 7). */
  readonly resets?: readonly number[];
  readonly goAway?: number;
  /** Protocol that TLS negotiated, for a normal client. */
  readonly protocol?: string;
  /** Milliseconds. */
  readonly took: number;
}

/** The query for server-sent events that last for so many seconds, 0.15 s apart, and how long to wait for them. */
export const eventsFor = (seconds: number) =>
  [
    `?lab=events:${Math.ceil(seconds / 0.15)}`,
    { patience: (seconds + 10) * 1_000, quiet: 3_000 } satisfies Partial<Exchange>,
  ] as const;
