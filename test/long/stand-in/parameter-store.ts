import { createServer } from 'node:http';
import { listening } from './listening';

export interface ParameterStore {
  readonly url: string;
  /** Names of the parameters that were read, in order. */
  readonly asked: string[];
  close(): void;
}

/** A Parameter Store with `GetParameter` alone, with decryption. */
export async function startParameterStore(values: ReadonlyMap<string, string>): Promise<ParameterStore> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { Name, WithDecryption } = JSON.parse(body);
      asked.push(Name);
      const value = values.get(Name);
      const known = value !== undefined && WithDecryption === true;
      response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(
          known
            ? { Parameter: { Name, Type: 'SecureString', Value: value, Version: 2 } }
            : { __type: 'ParameterNotFound' },
        ),
      );
    });
  });
  return { url: `http://${await listening(server)}`, asked, close: () => void server.close() };
}
