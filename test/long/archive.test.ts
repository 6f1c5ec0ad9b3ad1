import { spawnSync } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { SSMClient } from '@aws-sdk/client-ssm';
import { archiveInBucket } from '../../lib/operations/audit/archive-files';
import { verifyTrail } from '../../lib/operations/audit/verify';
import { awsOf } from '../../lib/operations/aws';
import { S3 } from '../../lib/s3';
import { chainOf } from '../audit/trail';
import { listening } from '../support/listening';
import { Moto, missing } from './preflight/moto';

const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const { config } = new SSMClient({ region: 'us-east-1', credentials });
const s3At = (endpoint: string) => new S3({ region: 'us-east-1', config, endpoint });

/** What botocore would sign of a request, by its own code. */
const SIGN = `
import json, sys
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
asked = json.load(sys.stdin)
request = AWSRequest(asked['method'], asked['url'], headers=asked['headers'], data=asked['body'].encode())
request.context['timestamp'] = asked['headers']['x-amz-date']
auth = S3SigV4Auth(Credentials('AKIDEXAMPLE', 'secret', 'token'), 's3', 'us-east-1')
canonical = auth.canonical_request(request)
print(auth.signature(auth.string_to_sign(request, canonical), request))
`;

describe('calls of S3', () => {
  test('list every page', async () => {
    const pages = ['<Key>a</Key><NextContinuationToken>t+/=</NextContinuationToken>', '<Key>b</Key>'];
    const asked: string[] = [];
    const answer = (async (url: URL) => {
      asked.push(url.search);
      return new Response(pages[asked.length - 1]);
    }) as typeof fetch;
    const keys: string[] = [];
    for await (const key of new S3({ region: 'us-east-1', config, fetch: answer }).list('bucket', 'scout/'))
      keys.push(key);
    expect(keys).toEqual(['a', 'b']);
    expect(asked[1]).toContain('continuation-token=t%2B%2F%3D');
  });

  test('are signed as botocore signs them', async () => {
    const seen: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, headers, body });
        response.end('');
      });
    });
    const endpoint = `http://127.0.0.1:${await listening(server)}`;
    const s3 = s3At(endpoint);
    await s3.put('bucket', 'scout/b0/c0/000-001.jsonl.gz', Buffer.from('records'), KEY_ARN);
    await s3.get('bucket', 'scout/b0/c0/000-001.jsonl.gz');
    for await (const _ of s3.list('bucket', 'scout/')) throw new Error('there is nothing');
    server.close();
    for (const { method, url, headers, body } of seen) {
      const [, signed = '', signature] =
        /SignedHeaders=([^,]+), Signature=([0-9a-f]+)/.exec(headers.authorization ?? '') ?? [];
      const kept = Object.fromEntries(signed.split(';').map((name) => [name, headers[name]]));
      const input = JSON.stringify({ method, url: `${endpoint}${url}`, headers: kept, body });
      const { stdout, stderr } = spawnSync('python3', ['-c', SIGN], { input, encoding: 'utf8' });
      expect([stdout.trim(), stderr]).toEqual([signature, '']);
    }
    expect(seen.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET']);
  });
});

test('files that the owner of a box put into the archive are told of, and hide no record', async () => {
  const at = (name: string) => `scout/b0b0b0b0b0b0/c0c0c0c0c0c0/00000000000000${name}.jsonl.gz`;
  const { lines } = chainOf(5);
  const files: Record<string, Response> = {
    [at('1')]: new Response(gzipSync(lines.join('\n'))),
    [at('2')]: new Response('not gzip'),
    [at('3')]: new Response('', { headers: { 'content-length': '5000000000' } }),
    // Under a key of the box's own.
    [at('4')]: new Response('<Code>InvalidRequest</Code>', { status: 400 }),
  };
  const keys = [...Object.keys(files), 'scout/a&amp;b'].map((key) => `<Key>${key}</Key>`).join('');
  const answer = (async (url: URL) =>
    url.pathname === '/' ? new Response(keys) : files[url.pathname.slice(1)]?.clone()) as typeof fetch;
  const s3 = new S3({ region: 'us-east-1', config, fetch: answer });
  const archive = archiveInBucket(awsOf({}, 'us-east-1'), s3, 'bucket', 'scout');
  expect(await verifyTrail({ archive }, new Date())).toMatchObject({
    whole: false,
    lines: 5 + 4,
    findings: [{ kind: 'foreign', lines: 4 }],
  });
});

const describeInMoto = missing() === undefined ? describe : describe.skip;

describeInMoto('a bucket with Object Lock (moto)', () => {
  let moto: Moto;
  const bucket = 'airlock-archive';
  beforeAll(async () => {
    moto = await Moto.start();
    const put = (path: string, headers: Record<string, string>, body = '') =>
      fetch(`${moto.endpoint}/${bucket}${path}`, { method: 'PUT', headers, body });
    await put('', { 'x-amz-bucket-object-lock-enabled': 'true' });
    await put(
      '?object-lock',
      {},
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>90</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
    );
  });
  afterAll(() => moto.close());

  test('takes a file once, keeps it, and its files verify as whole', async () => {
    const s3 = s3At(moto.endpoint);
    const { lines } = chainOf(5);
    const name = (index: number) =>
      `scout/b0b0b0b0b0b0/c0c0c0c0c0c0/${String(index).padStart(15, '0')}.jsonl.gz`;
    for (const [index, line] of lines.entries())
      await s3.put(bucket, name(index), gzipSync(`${line}\n`), KEY_ARN);
    await expect(s3.put(bucket, name(0), gzipSync('forged'), KEY_ARN)).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    const deleted = async () => {
      const versions = await (await fetch(`${moto.endpoint}/${bucket}?versions&prefix=${name(4)}`)).text();
      const version = /<VersionId>([^<]+)</.exec(versions)?.[1];
      return (await fetch(`${moto.endpoint}/${bucket}/${name(4)}?versionId=${version}`, { method: 'DELETE' }))
        .status;
    };
    expect(await deleted()).toBe(403);
    const archive = archiveInBucket(awsOf({}, 'us-east-1'), s3, bucket, 'scout');
    expect(await verifyTrail({ archive }, new Date())).toMatchObject({ whole: true, lines: 5 });
    const of = await s3.buckets(bucket);
    expect([of, await s3.lock(bucket), await s3.tags(bucket)]).toEqual([
      [bucket],
      { days: 90, mode: 'governance' },
      new Map(),
    ]);
    const tagging =
      '<Tagging><TagSet><Tag><Key>airlock:stack</Key><Value>airlock</Value></Tag></TagSet></Tagging>';
    await fetch(`${moto.endpoint}/${bucket}?tagging`, { method: 'PUT', body: tagging });
    expect(await s3.tags(bucket)).toEqual(new Map([['airlock:stack', 'airlock']]));
    for await (const each of s3.objects(bucket, '')) {
      expect(each.bytes).toBeGreaterThan(20);
      expect(Date.now() - Date.parse(each.put ?? '')).toBeLessThan(600_000);
    }
    await expect(s3.get(bucket, 'scout/none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const none = archiveInBucket(awsOf({}, 'us-east-1'), s3, 'no-such-bucket', 'scout');
    expect(await verifyTrail({ archive: none }, new Date())).toEqual({
      reason: 'no-answer',
      message:
        "there is no such bucket for s3:ListBucket in us-east-1: name the bucket of the stack's output ArchiveBucket",
    });
  });
});
