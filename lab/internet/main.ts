/**
 * The internet of the lab, inside its namespace: HTTPS servers for every host that a policy names, for an attacker and
 * for AWS's own endpoints, a public resolver, and a record of everything that arrives. Nothing here reaches further.
 */
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createPlainServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { ATTACKER } from '../../lib/lab/doors/cast';
import type { InternetRole, Serving } from '../../lib/lab/doors/estate';
import { serveLines } from '../lines';
import { Arrivals } from './arrivals';
import { Authority } from './authority';
import { Aws } from './aws';
import { makeRepository } from './git';
import { PublicResolver } from './resolver';
import { acceptWebSocket, type Sites, serve } from './site';

void serveLines<InternetRole>(async (role) => {
  const scratch = mkdtempSync(join(role.scratch, 'internet-'));
  const arrivals = new Arrivals();
  const authority = await Authority.make();
  const aws = await Aws.start(role.moto, role.region);
  const certificates = await aws.seed(role.seeds);
  arrivals.watchFor(role.secrets);
  const names = Object.fromEntries(Object.entries(role.hosts).map(([name, address]) => [name, [address]]));
  const resolver = new PublicResolver(role.dnsmasq, role.resolver, names, ATTACKER, scratch);
  const git =
    role.repositories.length === 0 ? undefined : { host: 'github.com', directory: join(scratch, 'git') };
  for (const repository of role.repositories) makeRepository(join(scratch, 'git'), repository);
  const serving = new Map<string, Serving>();
  const sites: Sites = { files: role.files, serving, npm: role.npm, scratch, ...(git && { git }) };

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const socket = request.socket as TLSSocket;
    const host = String(socket.servername || request.headers.host || '').replace(/:\d+$/, '');
    if (socket.encrypted && role.awsHosts.includes(host)) return aws.pass(request, response);
    const arrival = arrivals.note(request);
    request.on('data', (chunk: Buffer) => arrivals.noteBody(arrival, chunk));
    request.on('error', () => undefined);
    serve(request, response, host, sites);
  };
  // What an attempt makes large should arrive where nothing stops it.
  const large = { maxHeaderSize: 16 << 20 };
  const plain = createServer(large, onRequest);
  const secure = createTlsServer(
    {
      ...large,
      SNICallback: (name, done) =>
        authority.contextFor(name).then(
          (context) => done(null, context),
          (error) => done(error),
        ),
    },
    onRequest,
  );
  for (const server of [plain, secure]) {
    // A CONNECT that reached a server, which is no proxy.
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
  }
  // Plaintext that comes to port 443 is noted, too: it should never have left.
  const both = createPlainServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) return void socket.destroy();
      socket.unshift(first);
      (first[0] === 0x16 ? secure : plain).emit('connection', socket);
    });
  });
  await new Promise<void>((resolve) => both.listen(443, '0.0.0.0', resolve));
  await new Promise<void>((resolve) => plain.listen(80, '0.0.0.0', resolve));
  return {
    ready: { certificate: authority.certificate, certificates },
    actions: {
      since: ({ start }) => ({ ...arrivals.since(Number(start)), asked: resolver.asked() }),
      point: async ({ name, addresses: to }) => {
        await resolver.point(String(name), to as string[]);
        return {};
      },
      aws: ({ up }) => {
        aws.up = up === true;
        return {};
      },
      serve: ({ host, how }) => {
        serving.set(String(host), how as Serving);
        return {};
      },
      put: async ({ name, value }) => {
        await aws.put(String(name), String(value));
        return {};
      },
    },
  };
});
