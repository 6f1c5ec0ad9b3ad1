import type { Agent } from '../../../lib/config/model';
import { isValidHostHeader } from '../../../lib/policy/request-target';
import { toWire, type WireRequest } from '../../../lib/policy/wire';
import type { DecisionCase } from './decisions-file';
import { placeholderSignature } from './placeholder-signature';

/** What goes to a proxy box for one case, byte by byte. */
export interface Exchange {
  /** The door: DNS leads to 80 and 443, proxy settings to 8080. */
  readonly port: 80 | 443 | 8080;
  /** Sent first, its answer awaited: a tunnel. Anything but 200 ends the exchange. */
  readonly connect?: Buffer;
  /** Then a handshake with this name ('' for none), offering HTTP/1.1 alone. */
  readonly tls?: { readonly sni: string; readonly alpn: readonly ['http/1.1'] };
  /** Then this; absent when the case asks for the tunnel alone. */
  readonly request?: Buffer;
}

const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Pure. Undefined for what no client could send to a box: another scheme, or no address at all.
 *
 * @param headers more lines of the request inside, such as a mark by which it is known again
 */
export function exchangeOf(
  { request }: Pick<DecisionCase, 'request'>,
  agent: Agent,
  headers: readonly string[] = [],
): Exchange | undefined {
  const { upgrade, ...asked } = request;
  const wire = toWire(asked);
  if (!wire) return undefined;
  const opens = wire.via === 'tunnel';
  // The target is the question: a Host header that no server takes would be answered in its place.
  const named = isValidHostHeader(wire.connect) ? wire.connect : '';
  const connect = opens ? { connect: lines([`CONNECT ${wire.connect} HTTP/1.1`, `Host: ${named}`]) } : {};
  if (opens && wire.method === 'CONNECT') return { port: 8080, ...connect };
  const tls = wire.tls && wire.via !== 'absolute';
  return {
    port: wire.via !== 'direct' ? 8080 : tls ? 443 : 80,
    ...connect,
    ...(tls ? { tls: { sni: Buffer.from(wire.sni, 'latin1').toString('utf8'), alpn: ['http/1.1'] } } : {}),
    request: requestBytes(wire, upgrade === 'websocket', [
      ...placeholderSignature(agent, wire.host),
      ...headers,
    ]),
  };
}

function requestBytes(wire: WireRequest, upgrade: boolean, headers: readonly string[]): Buffer {
  // Sent as text, so that the bytes of a method beyond ASCII are its UTF-8 ones like those of all else.
  const method = Buffer.from(wire.method, 'utf8').toString('latin1');
  const body = WITH_BODY.has(wire.method) ? '{}' : '';
  return lines(
    [
      `${method} ${wire.target} HTTP/1.1`,
      `Host: ${wire.host}`,
      ...(upgrade
        ? [
            'Connection: Upgrade',
            'Upgrade: websocket',
            'Sec-WebSocket-Version: 13',
            'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
          ]
        : ['Connection: close']),
      ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
      ...headers,
    ],
    body,
  );
}

function lines(head: readonly string[], body = ''): Buffer {
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}
