import { connect, createServer, type Server, type Socket } from 'node:net';
import { readHead } from './head';
import type { RefusalLog } from './refusal-log';

export interface Limits {
  /** Connections at a time; more are refused. */
  readonly connections: number;
  /** Milliseconds for the whole head. */
  readonly headMilliseconds: number;
  /** Milliseconds without a byte after which a tunnel ends. */
  readonly idleMilliseconds: number;
}

/**
 * Answers CONNECT to any plain host name on port 443, and leads what follows to the front's own port, which judges it as
 * any other connection. It dials nothing else, so it has no rules: the request inside is refused or recorded by name there.
 */
export function connectServer(
  front: { readonly host: string; readonly port: number },
  limits: Limits,
  log: Pick<RefusalLog, 'tell'>,
): Server {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    void answer(client, front, limits, log);
  });
  server.maxConnections = limits.connections;
  return server;
}

function answer(
  client: Socket,
  front: { host: string; port: number },
  limits: Limits,
  log: Pick<RefusalLog, 'tell'>,
): void {
  let bytes = Buffer.alloc(0);
  const refused = (status: number, why: string) => {
    log.tell(bytes, status, why);
    refuse(client, status, why);
  };
  const timer = setTimeout(() => refused(408, 'the CONNECT took too long'), limits.headMilliseconds);
  client.on('error', () => client.destroy());
  client.once('end', () => client.destroy());
  client.once('close', () => clearTimeout(timer));
  const take = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const head = readHead(bytes);
    if (head.kind === 'unfinished') return;
    clearTimeout(timer);
    client.off('data', take);
    client.pause();
    if (head.kind === 'refused') refused(head.status, head.why);
    else lead(client, head.rest, front, limits);
  };
  client.on('data', take);
}

function lead(client: Socket, rest: Buffer, front: { host: string; port: number }, limits: Limits): void {
  const inner = connect(front);
  const end = () => {
    client.destroy();
    inner.destroy();
  };
  inner.once('connect', () => {
    client.removeAllListeners('end');
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (rest.length > 0) inner.write(rest);
    client.pipe(inner);
    inner.pipe(client);
  });
  inner.on('error', end);
  for (const socket of [client, inner]) {
    socket.once('close', end);
    socket.setTimeout(limits.idleMilliseconds, end);
  }
}

function refuse(client: Socket, status: number, why: string): void {
  const body = `${why}\n`;
  client.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  // What the client still sends is neither read nor waited for.
  setTimeout(() => client.destroy(), 1000).unref();
}
