import type { Socket } from 'node:net';
import type { Exchange, Reply } from '../../plan/wire';
import { Listener, type Secrets } from './listener';
import { open, PATIENCE, QUIET, wordOf } from './open';

const FILLING = { fill: Buffer.alloc(1 << 16, 'fill'), spaces: Buffer.alloc(1 << 16, ' ') };

/** @param secrets values that must not come back, by id */
export async function exchange(
  ask: Exchange,
  authority: string | undefined,
  secrets: Secrets,
): Promise<Reply> {
  const listener = new Listener(ask.keep ?? 4096, secrets);
  try {
    const socket = await open(ask, authority, listener);
    return listener.reply(socket === undefined ? 'refused' : await talk(socket, ask, listener));
  } catch (error) {
    return listener.reply(wordOf(error));
  }
}

/** @returns how it ended */
async function talk(socket: Socket, ask: Exchange, listener: Listener): Promise<string> {
  socket.resume();
  const ended = new Promise<string>((resolve) => {
    let timer = setTimeout(() => resolve('no answer'), ask.patience ?? PATIENCE);
    socket.on('data', (chunk: Buffer) => {
      listener.take(chunk);
      clearTimeout(timer);
      timer = setTimeout(() => resolve('quiet'), ask.quiet ?? QUIET);
    });
    socket.on('error', (error) => resolve(wordOf(error)));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve('closed');
    });
  });
  for (const part of ask.send) {
    if (socket.destroyed) break;
    if (typeof part === 'string') await write(socket, Buffer.from(part, 'latin1'));
    else if ('pause' in part) await new Promise((resolve) => setTimeout(resolve, part.pause));
    else {
      const filling = FILLING[part.with ?? 'fill'];
      for (let left = part.fill; left > 0 && !socket.destroyed; left -= filling.length) {
        await write(socket, filling.subarray(0, Math.min(left, filling.length)));
      }
    }
  }
  const how = await ended;
  socket.destroy();
  return how;
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
    socket.once('close', () => resolve());
  });
}
