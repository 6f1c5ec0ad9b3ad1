/** A loopback release page: files by name, each of which may be a hostile handler instead. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listening } from '../support/listening';

type Serve = string | Buffer | ((request: IncomingMessage, response: ServerResponse) => void);

export class ReleaseServer {
  readonly files = new Map<string, Serve>();
  readonly asked: string[] = [];
  private server: Server | undefined;
  private port = 0;

  async open(): Promise<this> {
    this.server = createServer((request, response) => {
      const name = (request.url ?? '').split('/').at(-1) ?? '';
      this.asked.push(request.url ?? '');
      const file = this.files.get(name);
      if (file === undefined) response.writeHead(404).end();
      else if (typeof file === 'function') file(request, response);
      else response.writeHead(200, { 'content-length': Buffer.byteLength(file) }).end(file);
    });
    this.port = await listening(this.server);
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed));
  }
}
