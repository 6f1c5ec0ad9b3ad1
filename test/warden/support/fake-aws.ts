import { createServer, type IncomingMessage, type Server } from 'node:http';
import { listening } from '../../support/listening';

export interface Loopback {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** A server on a free loopback port. */
export async function serve(answer: (request: IncomingMessage, body: string) => Answer): Promise<Loopback> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { status, text, headers } = answer(request, body);
      response.writeHead(status, headers).end(text);
    });
  });
  const port = await listening(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string | Buffer;
  readonly headers?: Record<string, string>;
}

/** Systems Manager's GetParameters, as far as a box sees it: JSON 1.1 over HTTP. */
export class FakeSystemsManager {
  readonly parameters = new Map<string, { value: string; version: number; secret?: true }>();
  /** Who wrote each version, fifty versions a page. */
  readonly authors = new Map<string, readonly string[]>();
  fault: string | undefined;
  readonly decrypted: string[] = [];

  answer = (request: IncomingMessage, body: string): Answer => {
    if (this.fault !== undefined) return json(400, { __type: this.fault, message: 'x' });
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameterHistory')
      return this.history(JSON.parse(body));
    if (request.headers['x-amz-target'] === 'AmazonSSM.PutParameter') {
      const { Name, Value, Overwrite } = JSON.parse(body);
      const found = this.parameters.get(Name);
      if (!found || !Overwrite) return json(400, { __type: 'ParameterAlreadyExists' });
      this.parameters.set(Name, { value: Value, version: found.version + 1 });
      return json(200, { Version: found.version + 1 });
    }
    if (request.headers['x-amz-target'] !== 'AmazonSSM.GetParameters')
      return json(400, { __type: 'UnknownOperation' });
    const { Names, WithDecryption } = JSON.parse(body) as { Names: string[]; WithDecryption: boolean };
    if (Names.length > 10) return json(400, { __type: 'ValidationException' });
    if (WithDecryption) this.decrypted.push(...Names);
    const found = Names.filter((name) => this.parameters.has(name));
    return json(200, {
      Parameters: found.map((name) => {
        const { value, version, secret } = this.parameters.get(name) as {
          value: string;
          version: number;
          secret?: true;
        };
        return {
          Name: name,
          Value: secret && !WithDecryption ? 'ciphertext' : value,
          Version: version,
          Type: 'String',
          LastModifiedDate: MODIFIED / 1000,
        };
      }),
      InvalidParameters: Names.filter((name) => !this.parameters.has(name)),
    });
  };

  private history({ Name, NextToken = '0' }: { Name: string; NextToken?: string }): Answer {
    const [all, start] = [this.authors.get(Name) ?? [], Number(NextToken)];
    const page = all.slice(start, start + 50);
    return json(200, {
      Parameters: page.map((LastModifiedUser, index) => ({ Version: start + index + 1, LastModifiedUser })),
      ...(start + 50 < all.length && { NextToken: String(start + 50) }),
    });
  }
}

/** The date of every parameter. */
export const MODIFIED = Date.parse('2026-01-02T03:04:05.678Z');

export function json(status: number, body: object): Answer {
  return { status, text: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.1' } };
}
