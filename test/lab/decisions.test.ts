import {
  type Arrival,
  casesOf,
  type DecisionCase,
  decisionAgent,
  exchangeOf,
  observeDecision,
  replayValue,
  type Seen,
} from '../../lab/proxy/decisions';
import { decisions } from '../policy/fixture';

const all = casesOf(decisions);

function find(id: string): DecisionCase {
  const found = all.find((each) => each.id === id);
  if (!found) throw new Error(`no case ${id}`);
  return found;
}
const agentOf = ({ policy }: DecisionCase) => decisionAgent(decisions, policy).agent;
const sent = (id: string, headers?: readonly string[]) => {
  const { request, connect, ...rest } = exchangeOf(find(id), agentOf(find(id)), headers) ?? {};
  return { ...rest, request: request?.toString('latin1'), connect: connect?.toString('latin1') };
};

describe('what is sent for a case', () => {
  test('is its method, target and host as written', () => {
    expect(sent('sni-fronting')).toEqual({
      port: 443,
      tls: { sni: 'api.github.com', alpn: ['http/1.1'] },
      request: 'GET / HTTP/1.1\r\nHost: collector.example.com\r\nConnection: close\r\n\r\n',
    });
  });

  test.each([
    ['odd-nul', 'GET /repos/ironsh/iron-proxy/\0 HTTP/1.1'],
    ['path-accent-raw', 'GET /\xc3\xa9/x HTTP/1.1'],
    ['method-accent', 'G\xc3\x89T /open/a HTTP/1.1'],
    ['method-empty', ' /open/a HTTP/1.1'],
    ['dots-backslash', 'GET /repos/ironsh/iron-proxy/..\\..\\user HTTP/1.1'],
  ])('keeps every byte: %s', (id, line) => {
    expect(sent(id).request?.split('\r\n')[0]).toBe(line);
  });

  test('asks for an upgrade, carries a body where the method has one, and takes more headers', () => {
    expect(sent('ws-tls').request).toContain('Connection: Upgrade\r\nUpgrade: websocket\r\n');
    expect(sent('scout-patch').request).toMatch(/Content-Length: 2\r\n\r\n\{\}$/);
    expect(sent('scout-get', ['X-Mark: 1']).request).toMatch(/\r\nX-Mark: 1\r\n\r\n$/);
  });

  test('is signed with placeholder keys where a rule signs, and nowhere else', () => {
    expect(sent('sign-model').request).toContain(
      'Credential=AKIDPLACEHOLDER/20260101/us-east-1/bedrock/aws4_request',
    );
    expect(sent('sign-other-region').request).not.toContain('AKIDPLACEHOLDER');
  });

  test('is nothing for an address that leads to no box', () => {
    expect(all.filter((found) => !exchangeOf(found, agentOf(found))).map(({ id }) => id)).toEqual([
      'url-not-web',
      'url-not-one',
    ]);
  });
});

describe('a case', () => {
  const arrival = (bytes = '', changes: Partial<Arrival> = {}): Arrival => ({
    port: 443,
    tls: true,
    bytes,
    ...changes,
  });
  const seen = (changes: Partial<Seen> = {}): Seen => ({ status: 200, answer: '', arrivals: [], ...changes });
  const observe = (id: string, given: Partial<Seen>, securityGroup = false) =>
    observeDecision(find(id), agentOf(find(id)), seen(given), { securityGroup });
  const failed = (...differences: string[]) => ({ result: 'failed', saw: differences.join('; ') });
  const read = replayValue('github-read-pat');

  test('holds when what should pass arrived once, over TLS, with its own secret', () => {
    expect(observe('scout-get', { arrivals: [arrival(read)] })).toMatchObject({ result: 'held' });
    expect(
      observe('sign-model', { arrivals: [arrival('POST / HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 x')] }),
    ).toMatchObject({ result: 'held' });
    expect(observe('tunnel-opens', {})).toMatchObject({ result: 'held' });
  });

  const left = (bytes?: string, changes?: Partial<Arrival>) => ({ arrivals: [arrival(bytes, changes)] });
  const dialled = { status: 502, ...left('', { port: 'other', tls: false }) } as const;
  const GET = 'scout-get';
  test.each<[string, string, Partial<Seen>, string[]]>([
    [
      'did not arrive',
      GET,
      { status: 403 },
      ['should pass, and nothing arrived upstream; the answer is 403'],
    ],
    ['arrived twice', GET, { arrivals: [arrival(read), arrival(read)] }, ['arrived 2 times']],
    ['left in plaintext', GET, left(read, { tls: false }), ['left in plaintext']],
    ['left elsewhere', GET, left(read, { port: 'other' }), ['left by another port than 443']],
    ['went out bare', GET, left(), ['should carry github-read-pat, and carries no secret']],
    [
      'carried the wrong secret',
      GET,
      left(replayValue('github-write-pat')),
      ['should carry github-read-pat, and carries github-write-pat'],
    ],
    [
      'carried one that is not its own',
      'secret-not-borrowed',
      left(replayValue('second')),
      ['should carry no secret, and carries second'],
    ],
    [
      'lost its answer',
      GET,
      { status: 'none', ...left(read) },
      ['arrived upstream, and the agent got no answer'],
    ],
    [
      'showed the agent a secret',
      GET,
      { answer: read, ...left(read) },
      ['the agent was shown github-read-pat'],
    ],
    [
      'kept its Upgrade',
      'ws-tls',
      left('GET / HTTP/1.1\r\nUpgrade: websocket\r\n'),
      ['left with its Upgrade header'],
    ],
    ['left unsigned', 'sign-model', left(), ['left unsigned']],
    [
      "left with the agent's signature",
      'sign-model',
      left('\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDPLACEHOLDER/'),
      ["left with the agent's own signature"],
    ],
    ['opened no tunnel', 'tunnel-opens', { status: 403 }, ['the tunnel should open, and the answer is 403']],
    [
      'passed though it should not',
      'scout-stranger',
      left(),
      ['should be refused, and left for port 443 over TLS', 'should be answered with 403, and was with 200'],
    ],
    [
      'left in plaintext with a secret',
      'plain-rule',
      { status: 403, ...left(read, { tls: false }) },
      ['should be refused, and left for port 443 in plaintext, with a secret'],
    ],
    [
      'was refused otherwise',
      'sni-fronting',
      { status: 403 },
      ['should be answered with 400, and was with 403'],
    ],
    ['was answered at all', 'sni-none', { status: 400 }, ['should be answered with none, and was with 400']],
  ])('fails when a request %s', (_, id, given, differences) => {
    expect(observe(id, given)).toEqual(failed(...differences));
  });

  test('takes a dial to another port for the refusal, where no security group stops it', () => {
    expect(observe('port-ssh', dialled)).toMatchObject({ result: 'held' });
    expect(observe('port-ssh', dialled, true)).toEqual(
      failed('should be refused, and left for port other in plaintext'),
    );
    expect(observe('port-ssh', { status: 502 }, true)).toMatchObject({ result: 'held' });
    expect(observe('scout-stranger', dialled)).toMatchObject({ result: 'failed' });
    expect(observe('ip-metadata', { status: 502, ...left() })).toMatchObject({
      result: 'failed',
    });
  });
});

test('values of a replay are each its own, and no header, path or query escapes them', () => {
  const values = Object.values(decisions.policies).flatMap(({ secrets }) =>
    secrets.map(({ id }) => replayValue(id)),
  );
  expect(new Set(values).size).toBe(values.length);
  for (const value of values) {
    expect(encodeURIComponent(value)).toBe(value);
    expect(values.filter((other) => other.includes(value))).toEqual([value]);
  }
});

test('a policy that the file has not is said so', () => {
  expect(() => decisionAgent(decisions, 'none')).toThrow(/^no policy none in the cases: there are scout,/);
});
