/**
 * A proxy that checks nothing, for weakened proxy boxes: it ends TLS with the agent's CA and forwards every byte. An
 * attack that iron-proxy stops is seen to reach a server through it. With `decode`, it decodes the first path of each
 * connection once. With `downgrade`, it writes HTTP/2 as HTTP/1.1 unchecked.
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

/** @param first bytes already read from the one side @param through changes what goes to the other side */
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

/** It writes what it hears into its log as it comes. */
function say(text: string): void {
  process.stderr.write(`${text}\n`, 'latin1');
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

/** The host that the first bytes name, in HTTP/1.1 or in the lab's own HTTP/2. */
function hostIn(first: Buffer): string {
  const text = first.toString('latin1');
  return (/^Host: ([\w.-]+)/im.exec(text) ?? /:authority[\s\S]([\w.-]+)/.exec(text))?.[1] ?? '';
}

/** Connects to the host that the first bytes name. */
function onFirst(onward: (first: Buffer, socket: Socket) => Socket): (socket: Socket) => void {
  return (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      onward(first, socket).on('error', () => socket.destroy());
    });
  };
}

const SOCKS5 = 5;

/** SOCKS5 (RFC 1928), for a name. @param first greeting and request, which the lab sends at once */
function socks(first: Buffer, socket: Socket): Socket {
  const request = first.subarray(3);
  const end = 5 + (request[4] ?? 0);
  const host = request.subarray(5, end).toString('latin1');
  const onward = connect({ host, port: request.readUInt16BE(end) }, () => {
    socket.write(Buffer.from([SOCKS5, 0, SOCKS5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    join(socket, onward);
  });
  return onward;
}

async function main(): Promise<void> {
  createTlsServer(
    {
      SNICallback: (name, done) => {
        say(`TLS for ${name}`);
        authority.contextFor(name).then(
          (context) => done(null, context),
          (error) => done(error),
        );
      },
      // A client that sends no server name gets a certificate, too.
      ...(await authority.pairFor('nameless.example.net')),
      ALPNProtocols: ['h2', 'http/1.1'],
    },
    onFirst((first, socket) => {
      say(first.toString('latin1'));
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

  // Stands for the health port of a box that relays.
  createServer((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
  ).listen(9090, '127.0.0.1');

  createServer(
    onFirst((first, socket) => {
      if (first[0] === SOCKS5) return socks(first, socket);
      const text = first.toString('latin1');
      const [, host = '', port = ''] = /^CONNECT ([^:\s]+):(\d+) /.exec(text) ?? [];
      // Anything but CONNECT is a plain proxy request.
      const to = host === '' ? { host: hostIn(first), port: 80 } : { host, port: Number(port) };
      const onward = connect(to, () => {
        if (host !== '') socket.write('HTTP/1.1 200 OK\r\n\r\n');
        join(socket, onward, host === '' ? first : undefined);
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
