import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isRecord, jsonIn } from '../json';
import { printableData } from '../printable';
import { type Asked, changesSomething, commandOf } from './commands';

/** Bytes of a question. */
const QUESTION = 4_096;
/** Milliseconds for which an answer that changes nothing serves for others. `learn` reads the records of a month. */
const [FRESH, LEARNED] = [3_000, 300_000];

export interface Answer {
  readonly exitCode: number;
  /** What the command printed with --json. */
  readonly stdout: string;
}

export interface ConsoleInput {
  /** Runs one of airlock's commands, with --json. */
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
 * 2. The page holds nothing of the agents. Its script trades the token of the link for the session, once; the token is then
 *    worth nothing. A browser sends no fragment of a link to any server, and keeps the session for this address and port; a
 *    cookie would go to every port of this machine, where other users may listen.
 * 3. A question needs the session and this origin, so no other page and nobody else on this machine can ask.
 * 4. A question becomes a command line of a fixed list, and the command runs as the person would run it.
 */
export async function startConsole(input: ConsoleInput): Promise<RunningConsole> {
  const sessions = new Sessions();
  const answers = new Answers(input);
  const address = () => `127.0.0.1:${(server.address() as { port: number }).port}`;
  const server: Server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    const what = method === 'POST' ? /^\/(session|run\/\w+)$/.exec(url)?.[1] : undefined;
    if (headers.host !== address()) return refuse(response, 421, 'this is not the console of that name');
    if (method === 'GET' && url === '/') return sendPage(response, input.page);
    if (what === undefined) return refuse(response, 404, 'there is nothing here');
    const isOwn = headers.origin === `http://${address()}`;
    const session = isOwn && what === 'session' ? sessions.open(request) : undefined;
    if (session !== undefined) return send(response, 200, { session });
    if (!isOwn || !sessions.knows(request))
      return refuse(response, 403, 'open the link that "airlock console" printed: it works once');
    answerQuestion(what.replace('run/', ''), request, response, answers).catch(() =>
      refuse(response, 500, 'the command failed'),
    );
  });
  server.headersTimeout = 5_000;
  server.maxConnections = 20;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(input.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://${address()}/#${sessions.token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerQuestion(
  what: string,
  request: IncomingMessage,
  response: ServerResponse,
  answers: Answers,
): Promise<void> {
  const asked = await questionOf(request);
  if (asked === undefined)
    return refuse(response, 400, `a question is a JSON object of at most ${QUESTION} bytes`);
  const command = commandOf(what, asked);
  if (!command.ok) return refuse(response, 400, command.message);
  const { exitCode, stdout } = await answers.to(what, command.argv);
  send(response, 200, {
    command: `airlock ${command.argv.join(' ')}`,
    exitCode,
    result: printableData(jsonIn(stdout)),
  });
}

/** The token, which opens one session, and that session. */
class Sessions {
  readonly token = secret();
  private readonly session = secret();
  private isUsed = false;

  /** The session, for whoever has the unused token. */
  open({ headers }: IncomingMessage): string | undefined {
    if (this.isUsed || !isSame(headers.authorization ?? '', `Bearer ${this.token}`)) return undefined;
    this.isUsed = true;
    return this.session;
  }

  knows({ headers }: IncomingMessage): boolean {
    return isSame(headers.authorization ?? '', `Bearer ${this.session}`);
  }
}

/** Runs commands. What changes nothing is asked for by several tabs at once, and runs once. */
class Answers {
  private readonly known = new Map<string, { readonly at: number; readonly answer: Promise<Answer> }>();

  constructor(private readonly input: Pick<ConsoleInput, 'run' | 'now'>) {}

  to(what: string, argv: readonly string[]): Promise<Answer> {
    const { run, now } = this.input;
    if (changesSomething(what)) return run(argv);
    const key = argv.join('\0');
    const known = this.known.get(key);
    if (known && now() - known.at < (what === 'learn' ? LEARNED : FRESH)) return known.answer;
    if (this.known.size > 100) this.known.clear();
    const answer = run(argv);
    this.known.set(key, { at: now(), answer });
    const forget = () => void this.known.delete(key);
    answer.then(({ exitCode }) => exitCode !== 1 || forget(), forget);
    return answer;
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

async function questionOf(request: IncomingMessage): Promise<Asked | undefined> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > QUESTION) return undefined;
  }
  const value = jsonIn(text);
  return isRecord(value) ? value : undefined;
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

function refuse(response: ServerResponse, status: number, error: string): void {
  send(response, status, { error });
}

function send(response: ServerResponse, status: number, value: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendPage(response: ServerResponse, page: string): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(page);
}
