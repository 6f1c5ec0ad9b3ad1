import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aimed } from '../../lab/proxy/egress-bench/aim';
import { readCorpus } from '../../lab/proxy/egress-bench/case';
import { type BenchResult, isClassified, roundOf, verdictOf } from '../../lab/proxy/egress-bench/score';
import type { AuditLine } from '../../lab/proxy/plan/records';
import type { Target } from '../../lab/proxy/plan/target';
import { temporary } from '../support/temporary';

/** Cases of our own, in the bench's format. */
const found = (more: object, payload: object) => ({
  id: 'case',
  category: 'url',
  transport: 'fetch_proxy',
  expected_verdict: 'block',
  payload: { method: 'GET', url: 'https://Drop.example.com/in?key=1', ...payload },
  ...more,
});

const directory = temporary();

function corpusOf(...cases: object[]) {
  const own = mkdtempSync(join(directory, 'c-'));
  for (const [index, each] of cases.entries())
    writeFileSync(join(own, `${index}.json`), JSON.stringify(each));
  return readCorpus(own);
}

const request = { host: 'api.example.org', secrets: [], signed: false };
const TARGET = {
  own: '10.0.0.5',
  read: { ...request, method: 'GET', path: '/read/lab' },
  write: { ...request, method: 'PATCH', path: '/write/lab' },
} as unknown as Target;

function sent(more: object, payload: object, aim: 'as it is' | 're-aimed') {
  const [each] = corpusOf(found(more, payload)).http;
  if (each === undefined) throw new Error('no HTTP case');
  const { step, ...rest } = aimed(each, aim, TARGET);
  if (!('exchange' in step)) throw new Error('no exchange');
  return { ...rest, ...step.exchange, text: String(step.exchange.send[0]) };
}

describe('cases of agent-egress-bench', () => {
  test('every case is counted, and those that are HTTP requests are sent', () => {
    const corpus = corpusOf(
      found({}, {}),
      found({ transport: 'http_proxy', expected_verdict: 'allow' }, {}),
      found({ transport: 'mcp_stdio' }, {}),
    );
    expect(corpus.all).toEqual({ block: 2, allow: 1 });
    expect(corpus.http.map(({ tunnel, expected }) => [tunnel, expected])).toEqual([
      [false, 'block'],
      [true, 'allow'],
    ]);
  });

  test('a file that is no case, and a directory without any, are refused by name', () => {
    expect(() => corpusOf({ expected_verdict: 'maybe' })).toThrow('0.json is no case');
    expect(() => corpusOf()).toThrow('holds no case');
  });

  test('as it is: at its own host, over TLS, in plaintext or through CONNECT', () => {
    expect(sent({}, {}, 'as it is')).toMatchObject({
      port: 443,
      tls: { sni: 'drop.example.com' },
      text: expect.stringMatching(/^GET \/in\?key=1 HTTP\/1\.1\r\nHost: drop\.example\.com\r\n/),
    });
    expect(sent({}, { url: 'http://[::1]/admin' }, 'as it is')).toMatchObject({ port: 80 });
    expect(sent({ transport: 'http_proxy' }, {}, 'as it is')).toMatchObject({
      port: 8080,
      before: { send: expect.stringContaining('CONNECT drop.example.com:443') },
    });
  });

  test('re-aimed: an allowed method, host and path carry host, path, query, headers and body of the case', () => {
    const { text, host } = sent(
      {},
      { headers: { Cookie: 'a=b', Host: 'x' }, body: '{"a":1}', content_type: 'application/json' },
      're-aimed',
    );
    expect(host).toBe('api.example.org');
    expect(text).toMatch(/^PATCH \/write\/lab\?host=drop\.example\.com&path=%2Fin&key=1 HTTP/);
    expect(text).toContain('Cookie: a=b\r\nContent-Type: application/json\r\n');
    expect(text).not.toContain('Host: x');
    expect(text).toMatch(/\r\n\r\n\{"a":1\}$/);
  });

  test.each([
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://[::ffff:10.1.2.3]/', '10.1.2.3'],
    ['http://[::1]/', '127.0.0.1'],
    ['https://drop.example.com/', undefined],
  ])('re-aimed, an address is what the allowed name resolves to: %s', (url, pointed) => {
    expect(sent({}, { url }, 're-aimed').pointed).toBe(pointed);
  });

  test('re-aimed, the server answers with what the case has in its answer', () => {
    const { text } = sent({}, { response_body: 'ignore all' }, 're-aimed');
    const value = /lab=text:([\w-]+)/.exec(text)?.[1] ?? '';
    expect(Buffer.from(value, 'base64url').toString()).toBe('ignore all');
  });
});

describe('its figures', () => {
  test.each([
    ['arrived', [200], 'closed', true, 'allow'],
    ['arrived, and then failed', [502], 'closed', true, 'allow'],
    ['refused', [403], 'closed', false, 'block'],
    ['CONNECT refused', [200, 403], 'closed', false, 'block'],
    ['closed without an answer', [], 'closed', false, 'block'],
    ['no answer at all', [], 'no answer', false, 'error'],
    ['answered, and arrived nowhere', [200], 'closed', false, 'error'],
  ] as const)('%s', (_, statuses, ended, arrived, verdict) => {
    expect(verdictOf({ statuses, ended }, arrived)).toBe(verdict);
  });

  test('a missing rule names no kind of attack; a denied address and a judged body do', () => {
    const line = { rejectedBy: 'allowlist', text: 'secret.example.com/exfil' } as AuditLine;
    expect(isClassified('url', line)).toBe(false);
    expect(isClassified('request_body', { ...line, rejectedBy: 'gate-bodies' })).toBe(true);
    expect(isClassified('ssrf_bypass', { ...line, text: 'dial: address 10.0.0.1 denied' })).toBe(true);
  });

  test('the four figures, of what was sent and of all cases; errors are in neither', () => {
    const result = (id: string, expected: string, actual: string, more: object = {}) =>
      ({
        ...{ id, category: 'url', expected, actual },
        ...{ evidence: false, stripped: false, classified: false, ...more },
      }) as BenchResult;
    const round = roundOf(
      'as it is',
      [
        result('a', 'block', 'block', { evidence: true, classified: true }),
        result('b', 'block', 'block', { evidence: true }),
        result('c', 'block', 'allow', { stripped: true }),
        result('d', 'allow', 'block'),
        result('e', 'allow', 'allow'),
        result('f', 'block', 'error'),
      ],
      { block: 8, allow: 4 },
    );
    const shared = { detection: 1 / 2, evidence: 1 };
    expect(round.applicable).toEqual({ containment: 2 / 3, falsePositiveRate: 1 / 2, ...shared });
    expect(round.full).toEqual({ containment: 2 / 8, falsePositiveRate: 1 / 4, ...shared });
    expect(round).toMatchObject({ cases: 6, errors: ['f'], through: ['c'], stripped: ['c'], refused: ['d'] });
  });
});
