import { type Decision, refused } from './decision';
import { CONNECT_TARGET, isPlainName } from './plain-name';
import type { WireRequest } from './wire';

/** CONNECT alone: what passes through the tunnel is judged as a connection to port 443 is. */
export const TUNNEL_OPENS: Decision = {
  allowed: true,
  by: 'front',
  secrets: [],
  reason: 'the tunnel opens to any plain host name on port 443; every request inside it is decided by itself',
};

/** What the front refuses before iron-proxy sees a byte; undefined when it leads the connection to iron-proxy. */
export function atFront(wire: WireRequest): Decision | undefined {
  if (wire.via === 'absolute') {
    return refused('front', 'the CONNECT port answers CONNECT alone: https goes through CONNECT', {
      status: 405,
    });
  }
  if (wire.via === 'tunnel' && !CONNECT_TARGET.test(wire.connect)) {
    return refused(
      'front',
      'the CONNECT port opens tunnels to a plain host name and port 443, and to nothing else',
      {
        status: 403,
      },
    );
  }
  if (wire.via === 'tunnel' && wire.method === 'CONNECT') return undefined;
  if (!wire.tls && wire.via === 'tunnel') {
    return refused('front', 'the tunnel carries TLS alone: nothing passes in plaintext (NET-6)');
  }
  if (!wire.tls) {
    return refused(
      'front',
      'port 80 refuses every request, so that nothing leaves in plaintext (NET-6): use https',
      {
        status: 403,
      },
    );
  }
  return isPlainName(wire.sni)
    ? undefined
    : refused(
        'front',
        'the TLS handshake names no plain host name (letters, digits, hyphens and dots, at most 253, and no address)',
      );
}
