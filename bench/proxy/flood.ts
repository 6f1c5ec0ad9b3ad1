import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { PROXY_MEMORY } from '../../constructs/proxy/memory';
import { percentile } from '../percentile';
import type { Box } from './box';
import { paced } from './client';

const SECONDS = 8;
const MIB = 1024 * 1024;
const HOST = 'api.example.com';

type Connection = () => Socket;
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => `X-Many-${index}: 1\r\n`).join('');
const tunnel = (more = '') => `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n${more}`;

/** What an agent may do on one connection, again and again. @returns when the connection has no more to do */
const ATTACKS = {
  /** A head that doesn't end. */
  async 'endless head'(plain: Connection, tls: Connection) {
    await Promise.all([
      pour(plain(), tunnel('X: ')),
      pour(tls(), `GET /v1/a HTTP/1.1\r\nHost: ${HOST}\r\nX: `),
    ]);
  },
  /** Thousands of header names, which a log could repeat. */
  async 'many headers'(plain: Connection, tls: Connection) {
    const head = `GET /v1/a HTTP/1.1\r\nHost: ${HOST}\r\n${many(20_000)}\r\n`;
    await Promise.all([answered(plain(), `${tunnel(many(20_000))}\r\n`), answered(tls(), head)]);
  },
  /** Tunnels that open and end. */
  async tunnels(plain: Connection) {
    await Promise.all(Array.from({ length: 8 }, () => answered(plain(), `${tunnel()}\r\n`)));
  },
  /** More connections than anybody needs, held. */
  async connections(plain: Connection, tls: Connection) {
    const held = Array.from({ length: 1500 }, (_, index) => (index % 2 === 0 ? plain() : tls()));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    for (const socket of held) socket.destroy();
  },
  /** Uploads of 31 MiB to a rule that judges bodies. */
  async uploads(_: Connection, tls: Connection) {
    const head = `PATCH /v1/a HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: ${31 * MIB}\r\n\r\n`;
    await Promise.all(Array.from({ length: 16 }, () => pour(tls(), `${head}{"body":"`, 30_000)));
  },
};
export type Attack = keyof typeof ATTACKS;

/** Attacks until it is killed, from a process of its own. */
export async function attack(name: Attack, ca: string): Promise<void> {
  const options = { host: '127.0.0.1', port: 443, servername: HOST, ca: readFileSync(ca, 'utf8') };
  const quiet = <S extends Socket>(socket: S) => socket.on('error', () => undefined);
  for (;;) {
    await ATTACKS[name](
      () => quiet(connect(8080, '127.0.0.1')),
      () => quiet(connectTls(options)),
    );
    await new Promise(setImmediate);
  }
}

/** Memory and log bytes under each attack, and what an honest client sees meanwhile. */
export async function floods({ ways, pids, logs }: Box, ca: string): Promise<void> {
  for (const name of ['none', ...Object.keys(ATTACKS)]) {
    const before = logs.map(sizeOf);
    const attacker =
      name === 'none' ? undefined : spawn(process.execPath, [process.argv[1] ?? '', 'attack', name, ca]);
    const highest = new Map<string, number>();
    const sampling = setInterval(() => {
      for (const [program, pid] of Object.entries(pids))
        highest.set(program, Math.max(highest.get(program) ?? 0, memoryOf(pid)));
    }, 100);
    const honest = await paced(ways.whole, 10, 10 * SECONDS).catch(() => undefined);
    clearInterval(sampling);
    if (attacker) {
      attacker.kill('SIGKILL');
      await once(attacker, 'exit');
    }
    const memory = [...highest].map(
      ([program, mib]) => `${program} ${mib.toFixed(0)}/${PROXY_MEMORY[program]}`,
    );
    const written = logs.map((path, index) => ((sizeOf(path) - (before[index] ?? 0)) / MIB).toFixed(2));
    const served = honest
      ? `${percentile(honest, 50).toFixed(1)}/${percentile(honest, 99).toFixed(1)} ms`
      : 'NOT SERVED';
    console.log(
      `flood, ${name}: MiB of limit: ${memory.join(', ')}; MiB of log in ${SECONDS} s (iron-proxy, records, front): ${written.join(', ')}; honest client ${served}`,
    );
    const isOver = [...highest].some(([program, mib]) => !(mib > 0 && mib < (PROXY_MEMORY[program] ?? 0)));
    if (isOver || honest === undefined) process.exitCode = 1;
    // The front counts new connections over a second.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

/** Sends bytes until the other side has enough. */
async function pour(socket: Socket, head: string, patience = 2_000): Promise<void> {
  const part = 'a'.repeat(256 * 1024);
  socket.write(head);
  const send = () => {
    while (!socket.destroyed && socket.write(part));
  };
  socket.on('drain', send).once('data', () => socket.destroy());
  setTimeout(() => socket.destroy(), patience);
  send();
  await ended(socket);
}

/** Sends a text and waits for the beginning of an answer. */
async function answered(socket: Socket, text: string): Promise<void> {
  socket.write(text);
  socket.on('data', () => socket.destroy());
  setTimeout(() => socket.destroy(), 5_000);
  await ended(socket);
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** MiB of its own, which a unit's limit counts (files that are mapped can be dropped); 0 when the process is gone. */
function memoryOf(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
