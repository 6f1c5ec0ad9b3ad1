/**
 * The weakest door there is, for the lab's weakened boxes: it ends TLS in the agent's authority's name and passes every
 * byte on, so that an attack that a real door stops is seen to reach a server without it.
 * With `decode`, it takes one layer of percent-encoding off each connection's first path, as a proxy that passes on the
 * path it has read would.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Authority } from '../internet/authority';

const DIRECTORY = '/etc/iron-proxy';

const authority = Authority.of(
  readFileSync(`${DIRECTORY}/ca.crt`, 'utf8'),
  readFileSync(`${DIRECTORY}/ca.key`, 'utf8'),
);

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.end());
    from.pipe(to);
  }
}

function decoded(request: Buffer): Buffer {
  const text = request.toString('latin1');
  return Buffer.from(
    text.replace(/^(\S+ )(\S+)/, (_, method, target) => method + decodeURIComponent(target)),
    'latin1',
  );
}

async function main(): Promise<void> {
  createTlsServer(
    {
      SNICallback: (name, done) =>
        authority.contextFor(name).then(
          (context) => done(null, context),
          (error) => done(error),
        ),
      // A client without a name gets a certificate, too.
      ...(await authority.pairFor('nameless.example.net')),
    },
    (socket: TLSSocket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (first: Buffer) => {
        socket.pause();
        const named = (socket as unknown as { servername?: string | false }).servername;
        const host = named || /^Host: ([\w.-]+)/im.exec(first.toString('latin1'))?.[1] || '';
        const onward = connectTls({ host, port: 443, servername: host, rejectUnauthorized: false }, () => {
          onward.write(process.argv[2] === 'decode' ? decoded(first) : first);
          join(socket, onward);
        });
        onward.on('error', () => socket.destroy());
      });
    },
  ).listen(443);

  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      const [, host = '', port = ''] = /^CONNECT ([^:\s]+):(\d+) /.exec(first.toString('latin1')) ?? [];
      const onward = connect({ host, port: Number(port) }, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        join(socket, onward);
      });
      onward.on('error', () => socket.destroy());
    });
  }).listen(8080);
}

void main();
