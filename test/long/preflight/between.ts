import { createServer, type IncomingMessage, type Server } from 'node:http';
import { listening } from '../stand-in/listening';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * What becomes of a call. Nothing: the caller is left without an answer.
 *
 * @param action as AWS names it, such as `DescribeInstances`
 */
export type Twist = (action: string, pass: () => Promise<Answer>) => Promise<Answer | undefined>;

/** Whoever stands between the command and AWS. */
export class Between {
  private constructor(
    readonly endpoint: string,
    private readonly server: Server,
  ) {}

  static async start(endpoint: string, twist: Twist): Promise<Between> {
    const server = createServer(async (request, response) => {
      const body = await read(request);
      const action =
        /\bAction=(\w+)/.exec(body)?.[1] ?? String(request.headers['x-amz-target']).split('.')[1];
      const answer = await twist(action ?? '', () => pass(endpoint, request, body));
      if (answer) response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
    return new Between(`http://${await listening(server)}`, server);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const CARRIED = ['authorization', 'content-type', 'x-amz-target', 'x-amz-date'];

async function pass(endpoint: string, { headers, method }: IncomingMessage, body: string): Promise<Answer> {
  const carried = CARRIED.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []));
  const answer = await fetch(endpoint, { method, headers: Object.fromEntries(carried), body });
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, body: await answer.text() };
}
