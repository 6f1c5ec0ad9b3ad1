import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { type Http2Exchange, type Http2Word, type Reply, UNSAID, UNSPOKEN } from '../../plan/wire';
import { END_HEADERS, END_STREAM, frame, LONGEST, TYPE } from '../http2/frames';
import { literals } from '../http2/hpack';
import { Borrowed } from './borrowed';
import { keepOpen } from './flood';
import { Listener, type Secrets } from './listener';
import { open, PATIENCE, QUIET, wordOf } from './open';

/** A name so long that its header block fills more than one frame. */
const FILLING = literals([['x-filling', 'f'.repeat(LONGEST - 16)]]);

/** Milliseconds between two looks. */
const STEP = 20;

/**
 * Sends HTTP/2 frames exactly as asked. Node.js's own client keeps the connection running and reads the answers; it
 * doesn't see what is really sent.
 *
 * @param secrets values that must not come back, by id
 */
export async function exchangeHttp2(
  ask: Http2Exchange,
  authority: string | undefined,
  secrets: Secrets,
): Promise<Reply> {
  const listener = new Listener(0, secrets);
  const heard = new Heard(listener);
  let ended: string;
  try {
    // Before anything is said, a busy machine may be slow.
    const patience = Math.max(ask.patience ?? 0, PATIENCE);
    const socket = await open({ ...ask, patience }, authority, listener);
    if (socket === undefined) return listener.reply('refused');
    if (ask.tls !== undefined && (socket as { alpnProtocol?: unknown }).alpnProtocol !== 'h2') {
      socket.destroy();
      return listener.reply(UNSPOKEN);
    }
    const wire = new Borrowed(socket, (chunk) => listener.take(chunk));
    const session = connect('https://lab.invalid', { createConnection: () => wire });
    ended = await talk(session, wire, ask, heard);
    if (ask.hold) keepOpen(socket);
    else {
      session.destroy();
      socket.destroy();
    }
  } catch (error) {
    ended = wordOf(error);
  }
  return { ...listener.reply(ended), ...heard.reply() };
}

/** Waits for the answers, but not for those of streams that were reset. @returns how it ended */
async function talk(
  session: ClientHttp2Session,
  wire: Borrowed,
  { say, patience = PATIENCE, quiet = QUIET }: Http2Exchange,
  heard: Heard,
): Promise<string> {
  const takenBack = new Set(say.flatMap((word) => ('reset' in word ? word.stream : [])));
  const streams = new Set(say.map(({ stream }) => stream).filter((id) => !takenBack.has(id)));
  let gaveUp: string | undefined;
  const giveUp = (how: string) => {
    gaveUp ??= how;
  };
  session.on('error', (error) => giveUp(wordOf(error)));
  session.on('close', () => giveUp('closed'));
  session.on('goaway', (code) => heard.goAway(code));
  let open = streams.size;
  for (const _ of streams) {
    heard.stream(session, session.request({ ':path': '/' }), () => {
      open -= 1;
    });
  }
  const isBegun = await until(
    () => gaveUp !== undefined || wire.hasBegun(streams.size),
    Date.now() + PATIENCE,
  );
  if (!isBegun || gaveUp !== undefined) return UNSAID;
  wire.say(Buffer.concat(say.map(bytesOf)));
  await wire.said();
  const deadline = Date.now() + patience;
  const from = wire.heardAt;
  // The server may still work on requests after the client gave up.
  const isStill = () => wire.heardAt !== from && Date.now() - wire.heardAt >= quiet;
  const isAnswered = () => gaveUp === undefined && open === 0 && streams.size > 0;
  const isOver = await until(() => wire.isClosed || isAnswered() || isStill(), deadline);
  if (isAnswered()) return 'answered';
  return gaveUp ?? (wire.isClosed ? 'closed' : isOver ? 'quiet' : 'no answer');
}

/** @param deadline milliseconds since 1970 @returns whether the condition became true */
async function until(condition: () => boolean, deadline: number): Promise<boolean> {
  while (!condition()) {
    if (Date.now() >= deadline) return false;
    await pause(STEP);
  }
  return true;
}

function bytesOf(word: Http2Word): Buffer {
  const { stream } = word;
  if ('headers' in word) {
    const flags = (word.more === undefined ? END_STREAM : 0) | (word.more === 'block' ? 0 : END_HEADERS);
    return frame(TYPE.headers, flags, stream, literals(word.headers));
  }
  if ('data' in word) {
    return frame(TYPE.data, word.more ? 0 : END_STREAM, stream, Buffer.from(word.data, 'latin1'));
  }
  if ('reset' in word) {
    const code = Buffer.alloc(4);
    code.writeUInt32BE(word.reset);
    return frame(TYPE.reset, 0, stream, code);
  }
  const one = frame(TYPE.continuation, 0, stream, FILLING);
  return Buffer.concat(Array.from({ length: word.continuations }, () => one));
}

/** What came back, by stream. */
class Heard {
  private readonly statuses: number[] = [];
  private readonly resets: number[] = [];
  private gone: number | undefined;
  private head = '';
  private body = '';

  constructor(private readonly listener: Listener) {}

  goAway(code: number): void {
    this.gone = code;
  }

  stream(session: ClientHttp2Session, stream: ClientHttp2Stream, onEnd: () => void): void {
    const note = (headers: object) => {
      this.head = Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\r\n');
      this.listener.look(this.head);
    };
    stream.on('response', (headers) => {
      this.statuses.push(Number(headers[':status']));
      note(headers);
    });
    stream.on('headers', note);
    stream.on('trailers', note);
    stream.on('data', (chunk: Buffer) => {
      if (this.body.length < 4096) this.body += chunk.toString('latin1');
      this.listener.look(chunk.toString('latin1'));
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      // When a connection breaks, the client itself makes up codes for its streams.
      if (stream.rstCode !== 0 && !session.destroyed) this.resets.push(stream.rstCode);
      onEnd();
    });
    stream.end();
  }

  reply(): Pick<Reply, 'statuses' | 'head' | 'body' | 'resets' | 'goAway'> {
    const { statuses, head, body, resets, gone: goAway } = this;
    return { statuses, head, body, resets, ...(goAway !== undefined && { goAway }) };
  }
}
