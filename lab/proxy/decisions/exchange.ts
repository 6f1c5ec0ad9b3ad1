import type { Agent } from '../../../lib/config/model';
import { isValidHostHeader } from '../../../lib/policy/request-target';
import { toWire, type WireRequest } from '../../../lib/policy/wire';
import type { DecisionCase } from './decisions-file';
import { placeholderSignature } from './placeholder-signature';

/** The bytes to send to a proxy box for one case. */
export interface Exchange {
  /** 80 and 443: the name resolves to the proxy box; 8080: the client has proxy settings. */
  readonly port: 80 | 443 | 8080;
  /** Sent first, to open a tunnel. An answer other than 200 ends the exchange. */
  readonly connect?: Buffer;
  /** Then a TLS handshake with this server name ('' for none) that offers HTTP/1.1 only. */
  readonly tls?: { readonly sni: string; readonly alpn: readonly ['http/1.1'] };
  /** Sent then; undefined if the case is about the tunnel only. */
  readonly request?: Buffer;
}

const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Undefined if no client could send it to a box: another scheme, or no address.
 *
 * @param headers more header lines, such as a mark
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
  // The case tests the target, so a Host header that every server refuses must not be sent.
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
  // A method beyond ASCII is sent as UTF-8, like all else.
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
