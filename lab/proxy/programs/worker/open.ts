import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Connection } from '../../plan/wire';
import type { Listener } from './listener';

/** Milliseconds to wait for an answer. */
export const PATIENCE = 4_000;
/** An answer is complete after so many milliseconds without a byte. */
export const QUIET = 400;

/**
 * Connects: opens the tunnel if there is one, then begins TLS.
 *
 * @returns undefined if the tunnel was refused
 * @throws when nothing answers in time, or TLS fails
 */
export async function open(
  ask: Connection,
  authority: string | undefined,
  listener: Listener,
): Promise<Socket | undefined> {
  const patience = ask.patience ?? PATIENCE;
  let socket: Socket = connect({ host: ask.to, port: ask.port });
  try {
    await event(socket, 'connect', patience);
    if (ask.before !== undefined) {
      const { send, until, bytes = 0 } = ask.before;
      socket.write(Buffer.from(send, 'latin1'));
      const answer = await answerBefore(socket, until === 'head' ? '\r\n\r\n' : bytes, patience);
      listener.take(answer);
      if (until === 'head' ? !/^HTTP\/1\.1 200/.test(answer.toString('latin1')) : answer.at(-9) !== 0) {
        socket.destroy();
        return undefined;
      }
    }
    if (ask.tls === undefined) return socket;
    const { sni, alpn } = ask.tls;
    const secure = connectTls({
      socket,
      ...(sni !== '' && { servername: sni }),
      ...(alpn && { ALPNProtocols: [...alpn] }),
      ...(ask.trust ? { ca: authority } : { rejectUnauthorized: false }),
    });
    socket = secure;
    await event(secure, 'secureConnect', patience);
    return secure;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** How a connection ended, in one word. */
export function wordOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function event(socket: Socket, name: string, patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), patience);
    socket.once(name, () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('closed'));
    });
  });
}

/** Reads an answer before TLS: the head of an HTTP response, or so many bytes. */
function answerBefore(socket: Socket, until: string | number, patience: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const timer = setTimeout(() => done(new Error('no answer')), patience);
    const done = (error?: Error) => {
      clearTimeout(timer);
      socket.off('data', take);
      socket.pause();
      if (error === undefined) resolve(seen);
      else reject(error);
    };
    const take = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (typeof until === 'number' ? seen.length >= until : seen.includes(until)) done();
    };
    socket.on('data', take);
    socket.once('close', () => done(seen.length > 0 ? undefined : new Error('closed')));
  });
}
