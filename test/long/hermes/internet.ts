import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Airlock } from '../../../lib/config';
import { decide } from '../../../lib/policy';
import { listening } from '../../support/listening';
import { temporary } from '../../support/temporary';

export type Answer = (url: URL, request: IncomingMessage, response: ServerResponse) => void;

/**
 * The internet of an installation: CONNECT to any name leads here, so programs use their built-in addresses. A request that
 * the agent's rules refuse is answered with 403, any other by `answer`.
 */
export class Internet {
  /** `METHOD https://host/path` of allowed and of refused requests. */
  readonly passed: string[] = [];
  readonly refused: string[] = [];
  /** The authority that the machine must trust. */
  readonly authority: string;
  answer: Answer = (_url, _request, response) => response.writeHead(404).end();
  private readonly tls;
  private readonly http;
  private readonly sockets = new Set<Socket>();

  constructor(airlock: Airlock, hosts: readonly string[]) {
    const { authority, key, certificate } = certificates(hosts);
    this.authority = authority;
    const [agent] = airlock.agents;
    if (agent === undefined) throw new Error('a configuration with an agent is needed');
    this.tls = createTlsServer({ key, cert: certificate }, (request, response) => {
      const url = new URL(`https://${request.headers.host}${request.url}`);
      const { method = '' } = request;
      const { allowed } = decide(airlock, agent, { method, url: url.href });
      (allowed ? this.passed : this.refused).push(`${method} ${url.origin}${url.pathname}`);
      if (allowed) this.answer(url, request, response);
      else request.resume().on('end', () => response.writeHead(403).end('refused by the policy\n'));
    });
    this.http = createServer((_request, response) => response.writeHead(400).end());
    this.http.on('connect', (_request, socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      this.tls.emit('connection', socket);
    });
  }

  /** @returns its address, for HTTPS_PROXY */
  async open(): Promise<string> {
    return `http://127.0.0.1:${await listening(this.http)}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.http.close(closed));
  }
}

/** An authority, and one certificate of it for all hosts. */
function certificates(hosts: readonly string[]): { authority: string; key: string; certificate: string } {
  const directory = temporary();
  const at = (name: string) => join(directory, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const made = ['-x509', '-days', '2', ...curve];
  openssl('req', ...made, '-subj', '/CN=scout', '-keyout', at('ca.key'), '-out', at('ca.crt'));
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  openssl(
    'req',
    ...made,
    ...[
      '-subj',
      '/CN=internet',
      '-addext',
      `subjectAltName=${names}`,
      '-addext',
      'basicConstraints=CA:FALSE',
    ],
    ...['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-keyout', at('key'), '-out', at('crt')],
  );
  const read = (name: string) => readFileSync(at(name), 'utf8');
  return { authority: read('ca.crt'), key: read('key'), certificate: read('crt') };
}
