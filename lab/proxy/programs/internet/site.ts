import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServedFile, Serving } from '../../plan/cells';
import { sendFile } from './files';
import { gitBackend } from './git';
import { registry } from './registry';

/** What the hosts of the lab's internet serve besides echoes. */
export interface Sites {
  readonly files: readonly ServedFile[];
  /** How a host answers for its files. @default with all of them */
  readonly serving: ReadonlyMap<string, Serving>;
  /** Host of git repositories, and the directory they are in. */
  readonly git?: { readonly host: string; readonly directory: string };
  /** Hosts of npm mirrors, with their base path. */
  readonly npm: readonly { readonly host: string; readonly path: string }[];
  readonly scratch: string;
}

/** Most that `?lab=bytes:N` sends. */
const LARGEST = 256 << 20;
const BLOCK = Buffer.alloc(1 << 16, 'lab ');

/**
 * Answers with what it was asked. The query, or the beginning of the body where a rule judges bodies and so allows no query, may
 * ask for another behaviour: `lab=bytes:N`, `lab=drip:N`, `lab=events:N`, `lab=wait:N` seconds, `lab=redirect:URL`,
 * `lab=text:BASE64URL`, `lab=close`.
 */
export function serve(request: IncomingMessage, response: ServerResponse, host: string, sites: Sites): void {
  const url = urlOf(request.url ?? '/');
  const file = sites.files.find((each) => each.host === host && each.path === url.pathname);
  if (file !== undefined) {
    sendFile(response, file, sites.serving.get(host) ?? 'whole');
    return;
  }
  if (host === sites.git?.host && !url.searchParams.has('lab')) {
    gitBackend(request, response, url, sites.git.directory);
    return;
  }
  const mirror = sites.npm.find((each) => each.host === host && url.pathname.startsWith(`${each.path}/`));
  if (mirror !== undefined && !url.searchParams.has('lab')) {
    const path = url.pathname.slice(mirror.path.length + 1);
    registry(response, `https://${host}${mirror.path}`, path, sites.scratch);
    return;
  }
  let begin = '';
  request.on('data', (chunk: Buffer) => {
    if (begin === '') begin = chunk.toString('latin1', 0, 200);
  });
  request.on('end', () => {
    const asked = url.searchParams.get('lab') ?? /"lab=([^"]*)"/.exec(begin)?.[1] ?? '';
    behave(request, response, host, asked);
  });
}

/** A request target as an address of this server: a path may begin with two slashes, and may hold anything. */
export function urlOf(target: string): URL {
  const address = target.startsWith('/') ? `https://lab.invalid${target}` : target;
  const base = 'https://lab.invalid';
  return URL.canParse(address, base) ? new URL(address, base) : new URL(base);
}

function behave(request: IncomingMessage, response: ServerResponse, host: string, asked: string): void {
  const [what = '', value = ''] = asked.split(/:(.*)/);
  if (what === 'bytes') bytes(response, Math.min(Number(value) || 0, LARGEST));
  else if (what === 'drip') drip(response, Math.min(Number(value) || 0, 200));
  else if (what === 'events') events(response, Math.min(Number(value) || 0, 400));
  else if (what === 'wait')
    setTimeout(() => echo(request, response, host, false), Math.min(Number(value) || 0, 60) * 1_000);
  else if (what === 'redirect') response.writeHead(302, { location: value, 'content-length': 0 }).end();
  else if (what === 'text') response.end(Buffer.from(value, 'base64url'));
  else echo(request, response, host, what === 'close');
}

function echo(request: IncomingMessage, response: ServerResponse, host: string, close: boolean): void {
  const body = `${JSON.stringify({ lab: host, method: request.method })}\n`;
  response.writeHead(200, {
    ...(close && { connection: 'close' }),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function bytes(response: ServerResponse, total: number): void {
  response.writeHead(200, { 'content-length': total });
  let left = total;
  const more = () => {
    while (left > 0) {
      const part = BLOCK.subarray(0, Math.min(left, BLOCK.length));
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

/** A download of so many blocks, 100 ms apart. */
function drip(response: ServerResponse, count: number): void {
  const block = BLOCK.subarray(0, 1 << 14);
  response.writeHead(200, { 'content-length': count * block.length });
  repeat(response, count, 100, () => response.write(block));
}

/** Server-sent events, 150 ms apart, so that a buffer in between is seen. */
function events(response: ServerResponse, count: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let sent = 0;
  repeat(response, count, 150, () => {
    sent += 1;
    response.write(`event: lab\ndata: {"n":${sent}}\n\n`);
  });
}

function repeat(response: ServerResponse, count: number, interval: number, act: () => void): void {
  let done = 0;
  const timer = setInterval(() => {
    act();
    done += 1;
    if (done < count) return;
    clearInterval(timer);
    response.end();
  }, interval);
  response.on('close', () => clearInterval(timer));
}

/** Accepts a WebSocket and sends one message (RFC 6455), by which an open WebSocket is recognised. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex): void {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.end(Buffer.concat([Buffer.from([0x81, 3]), Buffer.from('lab')]));
}
