/**
 * The weakest door there is, for the lab's weakened boxes: it ends TLS in the agent's authority's name and passes every
 * byte on, so that an attack that a real door stops is seen to reach a server without it.
 * With `decode`, it takes one layer of percent-encoding off each connection's first path, as a proxy that passes on the
 * path it has read would. With `downgrade`, it writes HTTP/2 as HTTP/1.1 without a look at it.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { type Duplex, Transform } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Authority } from '../internet/authority';
import { Downgrade } from './downgrade';

const DIRECTORY = '/etc/iron-proxy';
const WAY = process.argv[2];

const authority = Authority.of(
  readFileSync(`${DIRECTORY}/ca.crt`, 'utf8'),
  readFileSync(`${DIRECTORY}/ca.key`, 'utf8'),
);

/** @param first what was read of the one already @param through what is said on the way to the other goes through this */
function join(one: Duplex, other: Duplex, first?: Buffer, through?: Transform): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.end());
  }
  through?.on('error', () => one.destroy()).pipe(other);
  const onward = through ?? other;
  if (first !== undefined) onward.write(first);
  one.pipe(onward);
  other.pipe(one);
}

function decoded(request: Buffer): Buffer {
  const text = request.toString('latin1');
  return Buffer.from(
    text.replace(/^(\S+ )(\S+)/, (_, method, target) => method + decodeURIComponent(target)),
    'latin1',
  );
}

function downgraded(): Transform {
  const downgrade = new Downgrade();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, downgrade.take(chunk));
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** The host that the first bytes name, as HTTP/1.1 or as the lab's own HTTP/2 does. */
function hostIn(first: Buffer): string {
  const text = first.toString('latin1');
  return (/^Host: ([\w.-]+)/im.exec(text) ?? /:authority[\s\S]([\w.-]+)/.exec(text))?.[1] ?? '';
}

/** Hands a connection on to where its first bytes lead. */
function onFirst(onward: (first: Buffer, socket: Socket) => Socket): (socket: Socket) => void {
  return (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      onward(first, socket).on('error', () => socket.destroy());
    });
  };
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
      ALPNProtocols: ['h2', 'http/1.1'],
    },
    onFirst((first, socket) => {
      const { servername, alpnProtocol } = socket as TLSSocket & { servername?: string | false };
      const host = servername || hostIn(first);
      const isDowngraded = WAY === 'downgrade' && alpnProtocol === 'h2';
      const offer = alpnProtocol && !isDowngraded ? { ALPNProtocols: [alpnProtocol] } : {};
      const onward = connectTls(
        { host, port: 443, servername: host, rejectUnauthorized: false, ...offer },
        () => {
          const said = WAY === 'decode' ? decoded(first) : first;
          join(socket, onward, said, isDowngraded ? downgraded() : undefined);
        },
      );
      return onward;
    }),
  ).listen(443);

  createServer(
    onFirst((first, socket) => {
      const [, host = '', port = ''] = /^CONNECT ([^:\s]+):(\d+) /.exec(first.toString('latin1')) ?? [];
      const onward = connect({ host, port: Number(port) }, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        join(socket, onward);
      });
      return onward;
    }),
  ).listen(8080);

  createServer(
    onFirst((first, socket) => {
      const onward = connect({ host: hostIn(first), port: 80 }, () => {
        join(socket, onward, first);
      });
      return onward;
    }),
  ).listen(80);
}

void main();
