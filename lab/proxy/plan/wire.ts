/** A connection, up to the first word that counts. */
export interface Connection {
  readonly to: string;
  readonly port: number;
  /** Said in the clear first, and answered before TLS begins: a CONNECT, or SOCKS5. */
  readonly before?: { readonly send: string; readonly until: 'head' | 'bytes'; readonly bytes?: number };
  /** TLS with this name; `''` sends none. Undefined: none. */
  readonly tls?: { readonly sni: string; readonly alpn?: readonly string[] };
  /** Milliseconds without a byte after which an answer counts as whole. @default 400 */
  readonly quiet?: number;
  /** Milliseconds. @default 4000 */
  readonly patience?: number;
  /** Look at the certificate, as an uses client does. @default false */
  readonly trust?: boolean;
}

/** One connection, and everything that is said on it, to the byte. */
export interface Exchange extends Connection {
  /** Latin-1 text, or a pause in milliseconds, or that many bytes of filling. */
  readonly send: readonly (string | { readonly pause: number } | { readonly fill: number })[];
  /** Of the answer kept. @default 4096 */
  readonly keep?: number;
}

/** One thing said in HTTP/2, as it is written here: no client looks at it first. Texts are Latin-1. */
export type Http2Word = { readonly stream: number } & (
  | {
      readonly headers: readonly (readonly [name: string, value: string])[];
      /** `body` or trailers follow; `block`: more of these headers does. @default nothing */
      readonly more?: 'body' | 'block';
    }
  | { readonly data: string; readonly more?: true }
  /** So many CONTINUATION frames, full of further headers, without an end. */
  | { readonly continuations: number }
  | { readonly reset: number }
);

/** One HTTP/2 connection. Whatever frames a connection needs besides are an ordinary client's. */
export interface Http2Exchange extends Connection {
  /**
   * Streams begin in the order of their numbers: 1, 3, 5. At most 100 that are not reset, unless the server says at once
   * that it takes more: the client that listens counts them.
   */
  readonly say: readonly Http2Word[];
  /** Left open when nothing more comes back, until all such connections are let go. @default false */
  readonly hold?: boolean;
}

/** A request by a client that offers HTTP/2, and speaks HTTP/1.1 where that is what it gets. */
export interface OrdinaryRequest {
  readonly to: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request, or bytes that were none, that reached a host of the lab's internet. */
export interface Arrival {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** The name in the TLS handshake. */
  readonly sni: string;
  readonly host: string;
  /** Empty for what no HTTP server understood. */
  readonly method: string;
  readonly target: string;
  /** Names of the headers, as they came. */
  readonly headers: readonly string[];
  /** Names of the headers behind the body, so far. */
  readonly trailers: string[];
  /** Marks of attempts that are in it. */
  readonly tokens: string[];
  readonly secrets: { readonly id: string; readonly where: string }[];
  /** Of the body, so far. */
  bytes: number;
  /** Request line and headers, of decision cases alone: they carry no secret that was given to anybody. */
  raw?: string;
}

/** How an HTTP/2 connection ended that never came to its first word: nothing was tried on it. */
export const UNSAID = 'it came to no word';

/** What came back to the agent. */
export interface Reply {
  /** Of every HTTP response on this connection, in order; in HTTP/2, by stream. */
  readonly statuses: readonly number[];
  /** The last response's header lines, as they came. */
  readonly head: string;
  /** The beginning of the last response's body. */
  readonly body: string;
  /** Of everything that came back. */
  readonly bytes: number;
  /** When each part came back, in milliseconds since it was asked. */
  readonly times: readonly number[];
  /** How it ended, in the client's words. */
  readonly ended: string;
  /** Ids of secrets whose value came back: there must never be one. */
  readonly leaks: readonly string[];
  /** Codes of HTTP/2 by which streams, or the connection, were ended (RFC 9113, 7). */
  readonly resets?: readonly number[];
  readonly goAway?: number;
  /** What TLS agreed on, where an ordinary client asked. */
  readonly protocol?: string;
  /** Milliseconds. */
  readonly took: number;
}
