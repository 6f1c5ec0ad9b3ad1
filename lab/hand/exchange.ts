import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Exchange, Reply } from '../../lib/lab/doors/wire';

const FILLING = Buffer.alloc(1 << 16, 'fill');

/** @param secrets values that must not come back, by id */
export async function exchange(
  ask: Exchange,
  authority: string | undefined,
  secrets: readonly (readonly [id: string, value: string])[],
): Promise<Reply> {
  const started = Date.now();
  const listener = new Listener(ask.keep ?? 4096, secrets, started);
  let socket: Socket = connect({ host: ask.to, port: ask.port });
  const patience = ask.patience ?? 4_000;
  try {
    await event(socket, 'connect', patience);
    if (ask.before !== undefined) {
      const { send, until, bytes = 0 } = ask.before;
      socket.write(Buffer.from(send, 'latin1'));
      const answer = await answerBefore(socket, until === 'head' ? '\r\n\r\n' : bytes, patience);
      listener.take(answer);
      if (until === 'head' ? !/^HTTP\/1\.1 200/.test(answer.toString('latin1')) : answer.at(-9) !== 0) {
        socket.destroy();
        return listener.reply('refused');
      }
    }
    if (ask.tls !== undefined) {
      const { sni, alpn } = ask.tls;
      const secure = connectTls({
        socket,
        ...(sni !== '' && { servername: sni }),
        ...(alpn && { ALPNProtocols: [...alpn] }),
        ...(ask.trust ? { ca: authority } : { rejectUnauthorized: false }),
      });
      socket = secure;
      await event(secure, 'secureConnect', patience);
    }
    return await talk(socket, ask, listener);
  } catch (error) {
    socket.destroy();
    const { code, message } = error as NodeJS.ErrnoException;
    return listener.reply(code ?? message);
  }
}

async function talk(socket: Socket, ask: Exchange, listener: Listener): Promise<Reply> {
  socket.resume();
  const ended = new Promise<string>((resolve) => {
    let timer = setTimeout(() => resolve('no answer'), ask.patience ?? 4_000);
    socket.on('data', (chunk: Buffer) => {
      listener.take(chunk);
      clearTimeout(timer);
      timer = setTimeout(() => resolve('quiet'), ask.quiet ?? 400);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
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
      for (let left = part.fill; left > 0 && !socket.destroyed; left -= FILLING.length) {
        await write(socket, FILLING.subarray(0, Math.min(left, FILLING.length)));
      }
    }
  }
  const how = await ended;
  socket.destroy();
  return listener.reply(how);
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
    socket.once('close', () => resolve());
  });
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

/** What is said before TLS: up to a mark, or so many bytes. */
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

/** Keeps the beginning of what comes back, counts the rest, and looks for secrets in all of it. */
class Listener {
  private kept = '';
  private overlap = '';
  private bytes = 0;
  private readonly times: number[] = [];
  private readonly leaks = new Set<string>();

  constructor(
    private readonly limit: number,
    private readonly secrets: readonly (readonly [id: string, value: string])[],
    private readonly started: number,
  ) {}

  take(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    this.bytes += chunk.length;
    if (this.times.length < 1_000) this.times.push(Date.now() - this.started);
    if (this.kept.length < this.limit) this.kept += text.slice(0, this.limit - this.kept.length);
    const window = this.overlap + text;
    for (const [id, value] of this.secrets) if (window.includes(value)) this.leaks.add(id);
    this.overlap = window.slice(-256);
  }

  reply(ended: string): Reply {
    const starts = [...this.kept.matchAll(/HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n/g)];
    const last = starts.at(-1);
    const rest = last === undefined ? '' : this.kept.slice(last.index);
    const end = rest.indexOf('\r\n\r\n');
    return {
      statuses: starts.map((match) => Number(match[1])),
      head: end < 0 ? rest : rest.slice(0, end),
      body: end < 0 ? (last === undefined ? this.kept : '') : rest.slice(end + 4),
      bytes: this.bytes,
      times: this.times,
      ended,
      leaks: [...this.leaks],
      took: Date.now() - this.started,
    };
  }
}
