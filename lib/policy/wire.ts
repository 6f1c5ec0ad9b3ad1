import { isIP } from 'node:net';
import { toBytes } from './bytes';
import { splitHostPort } from './host-port';

/** How a request reaches the front: on port 80 or 443, because DNS named the box, or through CONNECT on port 8080. */
export type Route = 'direct' | 'tunnel' | 'absolute';

export interface PolicyRequest {
  /** As sent: iron-proxy does not upper-case it. */
  readonly method: string;
  /** `http`, `https`, `ws` or `wss`, as written: most clients resolve dot segments and drop a fragment first. */
  readonly url?: string;
  /** The request target on the wire, instead of a URL's path. */
  readonly target?: string;
  /** The Host header. @default the URL's host, with its port unless it is the scheme's own */
  readonly host?: string;
  /** The name in the TLS handshake, '' for none. @default the host without port; none for an address */
  readonly sni?: string;
  /** @default https, or the URL's scheme */
  readonly scheme?: 'http' | 'https';
  /** `absolute` is a plain proxy request on the CONNECT port. @default direct */
  readonly via?: Route;
  /** What CONNECT asked for. @default the URL's host and port */
  readonly connect?: string;
}

/** One request as the proxy sees it; texts are byte strings. */
export interface WireRequest {
  readonly method: string;
  readonly tls: boolean;
  readonly target: string;
  readonly host: string;
  readonly sni: string;
  readonly via: Route;
  readonly connect: string;
}

const ADDRESS = /^(https?|wss?):\/\/([^/?#]*)([^#]*)/i;

interface Parts {
  readonly tls: boolean;
  readonly host: string;
  readonly target: string;
}

function fromUrl(url: string): Parts | undefined {
  const found = ADDRESS.exec(url);
  if (!found) return undefined;
  const [, scheme = '', authority = '', rest = ''] = found;
  const tls = /^(?:https|wss)$/i.test(scheme);
  // A user name in a URL never reaches the wire, and a port only when it is not the scheme's own.
  const bare = authority.slice(authority.lastIndexOf('@') + 1);
  const host = bare.endsWith(tls ? ':443' : ':80') ? bare.slice(0, bare.lastIndexOf(':')) : bare;
  return { tls, host, target: rest.startsWith('/') ? rest : `/${rest}` };
}

/** The name that a client sends in the handshake: never an address, never with a trailing dot (RFC 6066). */
function usualSni(host: string): string {
  const name = (splitHostPort(host)?.host ?? host).replace(/\.$/, '');
  return isIP(name.replace(/^\[|\]$/g, '')) ? '' : name;
}

/** Undefined without a URL or a host. */
export function toWire(request: PolicyRequest): WireRequest | undefined {
  const parts = request.url === undefined ? undefined : fromUrl(request.url);
  if (request.url !== undefined && !parts) return undefined;
  const host = toBytes(request.host ?? parts?.host ?? '');
  if (!parts && request.host === undefined && request.target === undefined) return undefined;
  const tls = request.scheme === undefined ? (parts?.tls ?? true) : request.scheme === 'https';
  const connect = splitHostPort(host) ? host : `${host}:${tls ? 443 : 80}`;
  return {
    method: request.method,
    tls,
    target: toBytes(request.target ?? parts?.target ?? '/'),
    host,
    sni: request.sni === undefined ? usualSni(host) : toBytes(request.sni),
    via: request.via ?? 'direct',
    connect: toBytes(request.connect ?? connect),
  };
}
