import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { SERVICE } from '../../../lib/warden/gate/messages';
import { bytes, fieldsOf, number } from '../../../lib/warden/gate/protobuf';

export interface SentRequest {
  readonly method?: string;
  readonly url?: string;
  readonly host?: string;
  readonly sni?: string;
  readonly remoteAddr?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const EMPTY = Buffer.alloc(0);

function httpRequest({ method, url, host, remoteAddr, headers = {}, body }: SentRequest): Buffer {
  return Buffer.concat([
    bytes(1, method ?? 'GET'),
    bytes(2, url ?? '/'),
    ...Object.entries(headers).map(([name, value]) =>
      bytes(3, Buffer.concat([bytes(1, name), bytes(2, bytes(1, value))])),
    ),
    ...(body === undefined ? [] : [bytes(4, body)]),
    bytes(5, host ?? 'api.example.com'),
    bytes(6, remoteAddr ?? '127.0.0.1:1000'),
  ]);
}

export function requestMessage(request: SentRequest): Buffer {
  const sni = request.sni ?? request.host ?? 'api.example.com';
  return Buffer.concat([bytes(1, bytes(1, sni)), bytes(2, httpRequest(request))]);
}

export function responseMessage(request: SentRequest, status: number): Buffer {
  return Buffer.concat([bytes(2, httpRequest(request)), bytes(3, number(1, status))]);
}

export interface GateAnswer {
  readonly passes: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly retryAfter?: string;
}

/** The answer to a request, as iron-proxy reads it. */
export function answerOf(message: Buffer): GateAnswer {
  let passes = false;
  let answer: Omit<GateAnswer, 'passes'> = {};
  for (const field of fieldsOf(message)) {
    if (field.number === 1 && 'value' in field) passes = field.value === 1;
    if (field.number === 2 && 'bytes' in field) answer = responseIn(field.bytes);
  }
  return { passes, ...answer };
}

function responseIn(message: Buffer): Omit<GateAnswer, 'passes'> {
  const found: { status?: number; body?: string; retryAfter?: string } = {};
  for (const field of fieldsOf(message)) {
    if ('value' in field) found.status = field.value;
    else if (field.number === 3) found.body = field.bytes.toString('utf8');
    else if (field.bytes.includes('Retry-After'))
      found.retryAfter = /\d+$/.exec(field.bytes.toString('latin1'))?.[0];
  }
  return found;
}

/** A client of the gate's socket, with iron-proxy's two calls. */
export class FakeIronProxy {
  private readonly client: Client;

  constructor(socket: string) {
    this.client = new Client(`unix:${socket}`, credentials.createInsecure());
  }

  async request(request: SentRequest): Promise<GateAnswer> {
    return answerOf(await this.call('TransformRequest', requestMessage(request)));
  }

  response(request: SentRequest, status: number): Promise<Buffer> {
    return this.call('TransformResponse', responseMessage(request, status));
  }

  /** @throws gRPC's error, which iron-proxy answers with 502 */
  call(name: string, message: Buffer): Promise<Buffer> {
    const same = (value: Buffer) => value;
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        `${SERVICE}/${name}`,
        same,
        same,
        message,
        { deadline: Date.now() + 60_000 },
        (error: ServiceError | null, value?: Buffer) => (error ? reject(error) : resolve(value ?? EMPTY)),
      );
    });
  }

  close(): void {
    this.client.close();
  }
}
