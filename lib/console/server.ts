import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Asked, changesSomething, commandOf } from './commands';

/** Bytes of a question, and milliseconds for which an answer that changes nothing serves for others. */
const [QUESTION, FRESH] = [4_096, 3_000];

export interface Answer {
  readonly exitCode: number;
  /** What the command printed with --json. */
  readonly stdout: string;
}

export interface ConsoleInput {
  /** Runs a command of airlock with --json. */
  readonly run: (argv: readonly string[]) => Promise<Answer>;
  readonly page: string;
  /** @default any free one */
  readonly port?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface RunningConsole {
  /** With the token; it opens the console once. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves the console on loopback:
 *
 * 1. A request whose Host isn't this address is refused: another site's name may lead here (DNS rebinding).
 * 2. The first request with the token gets the session's cookie. The token is then worth nothing.
 * 3. Without the cookie there is only a refusal. A question also needs this origin, so no other page can ask.
 * 4. A question becomes a command line of a fixed list, and the command runs as the person would run it.
 */
export async function startConsole({ run, page, port = 0, now }: ConsoleInput): Promise<RunningConsole> {
  const [token, session] = [secret(), secret()];
  let isTokenUsed = false;
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<Answer> }>();
  const server: Server = createServer((request, response) => {
    const { port: own } = server.address() as { port: number };
    const host = `127.0.0.1:${own}`;
    const refuse = (status: number, why: string) => send(response, status, { error: why });
    if (request.headers.host !== host) return refuse(421, 'this is not the console of that name');
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${host}`);
    if (request.method === 'GET' && pathname === '/') {
      const given = searchParams.get('token');
      if (given !== null) {
        if (isTokenUsed || !isSame(given, token))
          return refuse(403, 'this link was used: start "airlock console" again');
        isTokenUsed = true;
        response.setHeader('set-cookie', `airlock=${session}; HttpOnly; SameSite=Strict; Path=/`);
        response.writeHead(303, { location: '/' }).end();
        return;
      }
      if (!hasSession(request, session)) return refuse(403, 'open the link that "airlock console" printed');
      return sendPage(response, page);
    }
    if (request.method !== 'POST' || !pathname.startsWith('/run/'))
      return refuse(404, 'there is nothing here');
    if (!hasSession(request, session) || request.headers.origin !== `http://${host}`)
      return refuse(403, 'open the link that "airlock console" printed');
    const what = pathname.slice('/run/'.length);
    void questionOf(request)
      .then(async (asked) => {
        const command = asked && commandOf(what, asked);
        if (!command?.ok) return refuse(400, command?.message ?? 'the question is no JSON object');
        const { argv } = command;
        const { exitCode, stdout } = await answerTo(what, argv);
        send(response, 200, { command: `airlock ${argv.join(' ')}`, exitCode, result: parsed(stdout) });
      })
      .catch(() => refuse(500, 'the command failed'));
  });
  const answerTo = (what: string, argv: readonly string[]): Promise<Answer> => {
    if (changesSomething(what)) return run(argv);
    const key = argv.join('\0');
    const known = answers.get(key);
    if (known && now() - known.at < FRESH) return known.answer;
    if (answers.size > 100) answers.clear();
    const answer = run(argv);
    answers.set(key, { at: now(), answer });
    return answer;
  };
  server.headersTimeout = 5_000;
  server.maxConnections = 20;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: own } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${own}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function hasSession({ headers }: IncomingMessage, session: string): boolean {
  const given = /(?:^|; )airlock=([\w-]+)/.exec(headers.cookie ?? '')?.[1];
  return given !== undefined && isSame(given, session);
}

async function questionOf(request: IncomingMessage): Promise<Asked | undefined> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > QUESTION) return undefined;
  }
  const value = parsed(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Asked) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

function send(response: ServerResponse, status: number, value: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendPage(response: ServerResponse, page: string): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(page);
}
