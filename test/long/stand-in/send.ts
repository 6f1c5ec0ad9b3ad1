import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Exchange, Seen } from '../../../lab/proxy/decisions';

/** Where a port of the proxy box is on loopback. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Longest wait for an answer, in milliseconds. */
const SILENCE = 30_000;

/**
 * Sends an exchange and reads the answer.
 *
 * @param to where the box's port is on loopback
 * @param ca the box's authority, PEM: a server with another certificate ends the exchange
 */
export async function send(exchange: Exchange, to: Address, ca: string): Promise<Omit<Seen, 'arrivals'>> {
  const socket = connectTcp({ host: to.host, port: to.port });
  socket.setTimeout(SILENCE, () => socket.destroy());
  try {
    let answer = '';
    if (exchange.connect) {
      socket.write(exchange.connect);
      answer = await readAnswer(socket, true);
      if (statusOf(answer) !== 200 || !exchange.request) return { status: statusOf(answer), answer };
    }
    const stream = exchange.tls ? secured(socket, exchange.tls, ca) : socket;
    if (exchange.request) stream.write(exchange.request);
    const last = await readAnswer(stream, false);
    return { status: statusOf(last), answer: answer + last };
  } finally {
    socket.destroy();
  }
}

function secured(socket: Socket, { sni, alpn }: NonNullable<Exchange['tls']>, ca: string): Socket {
  return connectTls({
    socket,
    ca,
    ALPNProtocols: [...alpn],
    ...(sni === '' ? {} : { servername: sni }),
    // The chain is checked. The name isn't: some cases ask for names that no certificate can hold.
    checkServerIdentity: () => undefined,
  });
}

function statusOf(answer: string): number | 'none' {
  const found = /^HTTP\/1\.[01] ([0-9]{3})/.exec(answer)?.[1];
  return found === undefined ? 'none' : Number(found);
}

/** Reads until the answer is complete or the connection ends. */
function readAnswer(stream: Socket, headOnly: boolean): Promise<string> {
  return new Promise((resolve) => {
    let read = '';
    const end = () => {
      stream.off('data', more);
      stream.pause();
      resolve(read);
    };
    const more = (chunk: Buffer) => {
      read += chunk.toString('latin1');
      if (isComplete(read, headOnly)) end();
    };
    if (stream.destroyed || stream.readableEnded) return end();
    stream.on('data', more).resume();
    stream.once('end', end).once('close', end).once('error', end);
  });
}

function isComplete(read: string, headOnly: boolean): boolean {
  const head = read.indexOf('\r\n\r\n');
  if (head < 0) return false;
  if (headOnly && statusOf(read) === 200) return true;
  const length = /^content-length: *([0-9]+)/im.exec(read.slice(0, head))?.[1];
  return length !== undefined && read.length >= head + 4 + Number(length);
}
