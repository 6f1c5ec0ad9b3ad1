import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type ClientHttp2Stream, connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { OrdinaryRequest, Reply } from '../../plan/wire';
import { Listener, type Secrets } from './listener';
import { open, wordOf } from './open';

/** Sends a request as a normal client does: HTTP/2 if the server offers it, else HTTP/1.1. */
export async function ordinary(
  { to, host, method, path, headers, body, patience }: OrdinaryRequest & { readonly patience: number },
  authority: string | undefined,
  secrets: Secrets,
): Promise<Reply> {
  const listener = new Listener(4096, secrets);
  try {
    const tls = { sni: host, alpn: ['h2', 'http/1.1'] };
    const socket = await open({ to, port: 443, tls, trust: true, patience }, authority, listener);
    if (socket === undefined) return listener.reply('refused');
    const protocol = (socket as TLSSocket).alpnProtocol || 'http/1.1';
    const about = { method, path, headers };
    const ask = protocol === 'h2' ? byHttp2 : byHttp1;
    const timer = setTimeout(() => socket.destroy(), patience);
    const { status, head, answer } = await ask(socket, host, about, body);
    clearTimeout(timer);
    listener.look(head);
    listener.take(answer);
    socket.destroy();
    return { ...listener.reply('answered'), statuses: [status], head, protocol };
  } catch (error) {
    return listener.reply(wordOf(error));
  }
}

interface About {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly head: string;
  readonly answer: Buffer;
}

async function byHttp2(socket: Socket, host: string, about: About, body: string): Promise<Answered> {
  const session = connect(`https://${host}`, { createConnection: () => socket });
  // The stream reports the error, too.
  session.on('error', () => undefined);
  const { method, path, headers } = about;
  const asked = { ':method': method, ':path': path, ...headers };
  const stream: ClientHttp2Stream = session.request(asked, { endStream: body === '' });
  if (body !== '') stream.end(body);
  const [answer] = await once(stream, 'response');
  return { status: Number(answer[':status']), head: JSON.stringify(answer), answer: await all(stream) };
}

async function byHttp1(socket: Socket, host: string, about: About, body: string): Promise<Answered> {
  const { headers, ...rest } = about;
  const asked = request({ ...rest, headers: { ...headers, host }, createConnection: () => socket });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    head: JSON.stringify(answer.headers),
    answer: await all(answer),
  };
}

async function all(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of parts) chunks.push(chunk);
  return Buffer.concat(chunks);
}
