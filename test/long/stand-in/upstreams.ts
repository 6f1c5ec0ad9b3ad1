import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Arrival } from '../../../lab/proxy/decisions';
import type { Certificates } from './certificates';
import { listening } from './listening';

/** An upstream's answer; its header tells it from an answer of the proxy. */
const ANSWER = 'HTTP/1.1 200 OK\r\nX-Upstream: yes\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
const TLS_HANDSHAKE = 0x16;

export interface Upstreams {
  /** For `STAND_IN_DIAL`: port 443 and every other one. */
  readonly dial: string;
  /** What arrived since the last call. */
  take(): readonly Arrival[];
  close(): void;
}

/** Every host of the internet, on two ports: 443, and one for all ports that a security group would have closed. */
export async function startUpstreams({ cert, key }: Certificates): Promise<Upstreams> {
  let arrivals: { port: 443 | 'other'; tls: boolean; bytes: string }[] = [];
  const arrive = (port: 443 | 'other', tls: boolean) => {
    const arrival = { port, tls, bytes: '' };
    arrivals.push(arrival);
    return (socket: Socket) =>
      socket
        .on('data', (chunk: Buffer) => {
          arrival.bytes += chunk.toString('latin1');
          if (arrival.bytes.includes('\r\n\r\n')) socket.end(ANSWER);
        })
        .on('error', () => socket.destroy());
  };
  const secure = createTlsServer({ cert, key, ALPNProtocols: ['http/1.1'] }, (socket) =>
    arrive(443, true)(socket),
  );
  secure.on('tlsClientError', () => undefined);
  const https = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return void socket.destroy();
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) secure.emit('connection', socket);
      else arrive(443, false)(socket);
    });
  });
  const other = createServer((socket) => {
    arrive('other', false);
    socket.destroy();
  });
  const [at443, elsewhere] = await Promise.all([listening(https), listening(other)]);
  return {
    dial: `443=${at443},*=${elsewhere}`,
    take() {
      const taken = arrivals;
      arrivals = [];
      return taken;
    },
    close() {
      for (const server of [https, other] satisfies Server[]) server.close();
    },
  };
}
