import { createHash } from 'node:crypto';
import type { SSMClientResolvedConfig } from '@aws-sdk/client-ssm';
import { SignatureV4 } from '@smithy/signature-v4';

/** Milliseconds for the head of an answer. */
const TIMEOUT = 60_000;

export interface S3Props {
  readonly region: string;
  /** Whose credentials sign: an SDK client's. */
  readonly config: Pick<SSMClientResolvedConfig, 'credentials' | 'sha256'>;
  /** @default Amazon S3's own */
  readonly endpoint?: string;
  /** @default the platform's */
  readonly fetch?: typeof fetch;
}

export interface S3Object {
  readonly key: string;
  readonly bytes: number;
  /** When it was put, in ISO 8601. */
  readonly put?: string;
}

/** The calls of Amazon S3 that the kit makes. Errors carry S3's name for them, as the SDK's do. */
export class S3 {
  private readonly signer: SignatureV4;

  constructor(private readonly props: S3Props) {
    const { region, config } = props;
    const { credentials, sha256 } = config;
    // Keys of the archive need no escape.
    this.signer = new SignatureV4({ service: 's3', region, uriEscapePath: false, credentials, sha256 });
  }

  /** Puts an object that isn't there yet, under a KMS key. @throws `PreconditionFailed` when it is */
  async put(bucket: string, key: string, body: Buffer, kmsKeyArn: string): Promise<void> {
    const headers = {
      'if-none-match': '*',
      // A bucket with Object Lock takes nothing without it.
      'content-md5': createHash('md5').update(body).digest('base64'),
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn,
    };
    await (await this.send('PUT', bucket, key, { headers, body })).arrayBuffer();
  }

  /** @throws `EntityTooLarge` for more bytes than `most` */
  async get(bucket: string, key: string, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const answer = await this.send('GET', bucket, key);
    if (!(Number(answer.headers.get('content-length')) > most))
      return Buffer.from(await answer.arrayBuffer());
    void answer.body?.cancel();
    throw Object.assign(new Error('GET: EntityTooLarge'), { name: 'EntityTooLarge' });
  }

  /** Keys in the order of their bytes. */
  async *list(bucket: string, prefix: string): AsyncGenerator<string> {
    for await (const { key } of this.objects(bucket, prefix)) yield key;
  }

  async *objects(bucket: string, prefix: string): AsyncGenerator<S3Object> {
    for (let token: string | undefined = ''; token !== undefined; ) {
      const query: Record<string, string> = {
        'list-type': '2',
        prefix,
        ...(token && { 'continuation-token': token }),
      };
      const page = await (await this.send('GET', bucket, '', { query })).text();
      for (const each of page.split('<Key>').slice(1)) {
        const key = each.slice(0, each.indexOf('<'));
        yield { key, bytes: Number(textIn(each, 'Size') ?? 0), put: textIn(each, 'LastModified') };
      }
      token = textIn(page, 'NextContinuationToken');
    }
  }

  /** Names of the Region's buckets that begin so. */
  async buckets(prefix: string): Promise<string[]> {
    const query = { prefix, 'bucket-region': this.props.region };
    const page = await (await this.send('GET', '', '', { query })).text();
    return [...page.matchAll(/<Name>([^<]*)<\/Name>/g)].flatMap(([, name = '']) =>
      name.startsWith(prefix) ? name : [],
    );
  }

  async tags(bucket: string): Promise<ReadonlyMap<string, string>> {
    const sent = this.send('GET', bucket, '', { query: { tagging: '' } }).catch((error) => {
      if (error.name === 'NoSuchTagSet') return new Response('');
      throw error;
    });
    const page = await (await sent).text();
    const tags = page.matchAll(/<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>/g);
    return new Map([...tags].map(([, key = '', value = '']) => [key, value]));
  }

  /** How long Object Lock keeps each object, and the word for who may shorten it. */
  async lock(bucket: string): Promise<{ readonly days: number; readonly mode: string }> {
    const page = await (await this.send('GET', bucket, '', { query: { 'object-lock': '' } })).text();
    return {
      days: Number(textIn(page, 'Days') ?? 0),
      mode: (textIn(page, 'Mode') ?? 'no mode').toLowerCase(),
    };
  }

  private async send(
    method: string,
    bucket: string,
    key: string,
    more: { query?: Record<string, string>; headers?: Record<string, string>; body?: Buffer } = {},
  ): Promise<Response> {
    const { region, endpoint } = this.props;
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    const base = endpoint
      ? new URL(endpoint)
      : new URL(`https://${bucket && `${bucket}.`}s3.${region}.${suffix}`);
    const path = endpoint && bucket ? `/${bucket}/${key}` : `/${key}`;
    const { headers } = await this.signer.sign({
      method,
      protocol: base.protocol,
      hostname: base.hostname,
      path,
      query: more.query,
      headers: { host: base.host, ...more.headers },
      body: more.body,
    });
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(more.query ?? {})) url.searchParams.set(name, value);
    const { body } = more;
    const fetcher = this.props.fetch ?? fetch;
    const signal = AbortSignal.timeout(TIMEOUT);
    const answer = await fetcher(url, {
      method,
      headers,
      ...(body && { body: new Uint8Array(body) }),
      redirect: 'manual',
      signal,
    });
    if (answer.ok) return answer;
    const name = /<Code>(\w{1,64})<\/Code>/.exec(await answer.text())?.[1] ?? `Http${answer.status}`;
    throw Object.assign(new Error(`${method}: ${name}`), {
      name,
      $metadata: { httpStatusCode: answer.status },
    });
  }
}

function textIn(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]+)<`).exec(xml)?.[1];
}
