import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer as createPlainServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Arrivals } from './arrivals';
import type { Authority } from './authority';
import { acceptWebSocket } from './site';

const HANDSHAKE = 0x16;
const PREFACE = 'PRI * HTTP/2';
/** Large enough that the server doesn't refuse what an attempt makes large. */
const LARGE = { maxHeaderSize: 16 << 20 };

type OnRequest = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Listens on 80 and 443. Both accept TLS and plaintext, HTTP/1.1 and HTTP/2, because nothing that left the proxy box may
 * go unseen.
 *
 * A client that offers both versions gets HTTP/1.1. A proxy that was asked in HTTP/2 must then write each request anew:
 * that is where smuggling would make two requests of one.
 *
 * @param nameless names and addresses in the certificate for clients that send no server name
 */
export async function listen(
  authority: Authority,
  arrivals: Arrivals,
  onRequest: OnRequest,
  nameless: readonly string[],
): Promise<void> {
  const [one, two] = [http1(arrivals, onRequest), http2(arrivals, onRequest)];
  const secure = createTlsServer(
    {
      SNICallback: (name, done) =>
        authority.contextFor(name).then(
          (context) => done(null, context),
          (error) => done(error),
        ),
      ...(await authority.pairFor(...nameless)),
      ALPNCallback: ({ protocols }) => ['http/1.1', 'h2'].find((each) => protocols.includes(each)),
    },
    (socket: TLSSocket) => (socket.alpnProtocol === 'h2' ? two : one).emit('connection', socket),
  );
  const accept = (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return void socket.destroy();
      socket.unshift(first);
      const isHttp2 = first.subarray(0, PREFACE.length).toString('latin1') === PREFACE;
      (first[0] === HANDSHAKE ? secure : isHttp2 ? two : one).emit('connection', socket);
    });
  };
  for (const port of [80, 443]) {
    // An answer is two writes, and without this the second one would wait for an acknowledgement.
    const server = createPlainServer({ noDelay: true }, accept);
    await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve));
  }
}

function http1(arrivals: Arrivals, onRequest: OnRequest): Server {
  const server = createServer(LARGE, onRequest);
  // This server is no proxy.
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    arrivals.note(request);
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => undefined);
    arrivals.note(request);
    acceptWebSocket(request, socket);
  });
  server.on('clientError', (error: Error & { rawPacket?: Buffer }, socket) => {
    const { localAddress = '', localPort = 0, encrypted = false } = socket as TLSSocket;
    arrivals.noteBytes(error.rawPacket ?? '', localAddress, localPort, encrypted);
    socket.destroy();
  });
  return server;
}

/** Node.js offers HTTP/2 requests and answers in the shape of HTTP/1.1's. */
function http2(arrivals: Arrivals, onRequest: OnRequest): Http2Server {
  const settings = { enableConnectProtocol: true };
  const server = createHttp2Server({ settings }, onRequest as unknown as () => void);
  server.on('connect', (request: Http2ServerRequest, response: Http2ServerResponse) => {
    arrivals.note(request as unknown as IncomingMessage);
    response.end();
  });
  server.on('sessionError', () => undefined);
  return server;
}
