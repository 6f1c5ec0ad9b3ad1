import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDirectory, temporary } from './config-directory';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

const config = configDirectory();
const RELEASES = 'https://api.github.com/repos/ironsh/iron-proxy/releases';
const explain = (method: string, url: string, ...more: string[]) =>
  airlock(['explain', 'scout', method, url, '--config', config, ...more]);

describe('explain says what the proxy box would do', () => {
  test('allowed: exit 0, with the rule and the secret that goes out', async () => {
    const { exitCode, stdout } = await explain('GET', RELEASES);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^allowed: /u);
    expect(stdout).toMatch(/^ {2}rule +release-notes-read$/mu);
    expect(stdout).toMatch(/^ {2}secret +github-read-pat$/mu);
  });

  test('refused: exit 2, and why', async () => {
    const { exitCode, stdout } = await explain('GET', 'https://evil.example.com/');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^refused: ./u);
  });

  test('a high-risk rule is shut until granted, and it says so', async () => {
    const { exitCode, stdout } = await explain('DELETE', `${RELEASES}/1`);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^ {2}risk +high: shut until granted$/mu);
  });

  test.each([
    [
      'GET',
      RELEASES,
      { allowed: true, rule: 'release-notes-read', secret: 'github-read-pat', risk: 'low' },
      0,
    ],
    ['DELETE', `${RELEASES}/1`, { allowed: false, rule: 'release-delete', risk: 'high' }, 2],
    ['GET', 'https://evil.example.com/', { allowed: false, rule: null, secret: null, risk: null }, 2],
  ])('%s %s as data has these fields and no others', async (method, url, expected, code) => {
    const { exitCode, stdout } = await explain(method, url, '--json');
    const decision = JSON.parse(stdout);
    expect(exitCode).toBe(code);
    expect(Object.keys(decision)).toEqual([
      'allowed',
      'rule',
      'secret',
      'risk',
      'removed',
      'notes',
      'reason',
      'front',
      'gate',
      'ironProxy',
    ]);
    expect(decision).toMatchObject(expected);
  });
});

describe('explain says what each part of the proxy box would decide', () => {
  const passes = { says: 'passes' };
  const refuses = (status: number | undefined, reason: string) => ({
    says: 'refuses',
    status,
    reason: expect.stringContaining(reason),
  });
  const notAsked = (reason: string) => ({ says: 'not asked', reason: expect.stringContaining(reason) });

  test.each<[string, string, object, object, object]>([
    ['an allowed request', RELEASES, passes, passes, passes],
    [
      'a host that no rule has',
      'https://evil.example.com/',
      passes,
      refuses(403, 'no rule'),
      refuses(403, 'no rule'),
    ],
    [
      'plain HTTP',
      RELEASES.replace('https', 'http'),
      refuses(403, 'port 80'),
      notAsked('the front'),
      notAsked('the front'),
    ],
    [
      'a dot segment',
      'https://api.github.com/repos/../x',
      passes,
      notAsked('before it asks the gate'),
      refuses(400, 'segment'),
    ],
    // The gate is stricter than iron-proxy.
    ['an odd query', `${RELEASES}?a=%zz`, passes, refuses(400, 'two hex digits'), passes],
    ['a long query', `${RELEASES}?${'a'.repeat(9_000)}`, passes, refuses(414, '8192'), passes],
  ])('%s', async (_, url, front, gate, ironProxy) => {
    const { exitCode, stdout } = await explain('GET', url, '--json');
    const said = JSON.parse(stdout);
    expect({ front: said.front, gate: said.gate, ironProxy: said.ironProxy }).toMatchObject({
      front,
      gate,
      ironProxy,
    });
    const everyone = [front, gate, ironProxy].every((each) => each === passes);
    expect([said.allowed, exitCode]).toEqual(everyone ? [true, 0] : [false, 2]);
    const text = (await explain('GET', url)).stdout;
    for (const name of ['front', 'gate', 'iron-proxy'])
      expect(text).toMatch(new RegExp(`^  ${name} +\\w`, 'mu'));
  });

  test('a body is judged by the gate alone, and headers count there too', async () => {
    const file = join(temporary(), 'body');
    writeFileSync(file, '{"draft": false}');
    const body = JSON.parse((await explain('PATCH', `${RELEASES}/1`, '--body', file, '--json')).stdout);
    expect([body.allowed, body.gate.says, body.ironProxy.says]).toEqual([false, 'refuses', 'passes']);
    const long = ['--header', `${'x'.repeat(300)}: y`, '--json'];
    expect(JSON.parse((await explain('GET', RELEASES, ...long)).stdout).gate).toMatchObject({ status: 431 });
  });
});

describe('explain with headers and a body', () => {
  const write = (body: string, ...more: string[]) => {
    const file = join(temporary(), 'body');
    writeFileSync(file, body);
    return explain('PATCH', `${RELEASES}/1`, '--body', file, '--json', ...more);
  };

  test.each<[string, string, string[], number, object]>([
    ['name and body', '{"name": "v1", "body": "New."}', [], 0, { allowed: true, notes: [] }],
    [
      'another field',
      '{"draft": false}',
      [],
      2,
      { allowed: false, reason: expect.stringContaining('"draft"') },
    ],
    ['no JSON', 'name=v1', [], 2, { allowed: false, rule: 'release-notes-write' }],
    ['compressed', '{}', ['--header', 'Content-Encoding: gzip'], 2, { allowed: false }],
    ['chunked', '{}', ['--header', 'Transfer-Encoding: chunked'], 2, { allowed: false }],
    [
      'credentials',
      '{}',
      ['--header', 'authorization: Bearer mine', '--header', 'Cookie: a=b', '--header', 'Accept: */*'],
      0,
      { allowed: true, removed: ['authorization', 'Cookie'] },
    ],
  ])('%s', async (_, body, headers, code, expected) => {
    const { exitCode, stdout } = await write(body, ...headers);
    expect(JSON.parse(stdout)).toMatchObject(expected);
    expect(exitCode).toBe(code);
  });

  test('the gate wants a Content-Length of a body that no rule judges, too, and none where a method has no body', async () => {
    const file = join(temporary(), 'body');
    writeFileSync(file, '0032want');
    const refs = 'https://github.com/NousResearch/hermes-agent.git/';
    const gateOf = async (method: string, path: string, ...more: string[]) =>
      JSON.parse((await explain(method, `${refs}${path}`, '--body', file, '--json', ...more)).stdout).gate;
    expect(await gateOf('POST', 'git-upload-pack')).toMatchObject({ says: 'passes' });
    const chunked = ['--header', 'Transfer-Encoding: chunked'];
    expect(await gateOf('POST', 'git-upload-pack', ...chunked)).toMatchObject({ status: 411 });
    expect(await gateOf('GET', 'info/refs')).toMatchObject({ status: 400 });
  });

  test.each<[string, object, number, object]>([
    [
      'bounds it',
      {},
      0,
      { allowed: true, spend: { kind: 'charge', charge: { listed: true, outputTokens: 9 } } },
    ],
    [
      "doesn't",
      { fallbacks: [{ model: 'm' }] },
      2,
      { allowed: false, gate: { status: 403, reason: /any sum for fallbacks/ } },
    ],
  ])('says what the gate charges for a model call, if anything %s', async (_, more, code, expected) => {
    const file = join(temporary(), 'body');
    writeFileSync(file, JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 9, messages: [], ...more }));
    const limited = configDirectory({
      'agents/scout.yaml': (text) => `${text}spend: { model: { dailyUsd: 5 } }\n`,
    });
    const asked = [
      'POST',
      'https://api.anthropic.com/v1/messages',
      '--body',
      file,
      '--config',
      limited,
    ] as const;
    const { exitCode, stdout } = await explain(...asked, '--json');
    expect(exitCode).toBe(code);
    const gate =
      'gate' in expected
        ? { gate: { status: 403, reason: expect.stringContaining('any sum for fallbacks') } }
        : {};
    expect(JSON.parse(stdout)).toMatchObject({ ...expected, ...gate });
    expect((await explain(...asked)).stdout).toMatch(
      /^ {2}charged +(?:at most 0\.00\d\d USD for|a vendor may bill any sum)/mu,
    );
  });

  test('without the body it says that the body decides', async () => {
    const { exitCode, stdout } = await explain('PATCH', `${RELEASES}/1`);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('if its body says what')]);
  });

  test.each([
    [['--header', 'no colon'], 'is not a header'],
    [['--body', '{"tag_name":"1"}'], '}" does not exist: write the body into a file, and name the file'],
  ])('%j is an error', async (options, message) => {
    const { exitCode, stderr } = await explain('GET', RELEASES, ...options);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('an address from anywhere', () => {
  test.each([[''], ['api.github.com/repos'], ['//api.github.com'], ['not an address']])(
    '"%s" is none: exit 1',
    async (url) => {
      const plain = await explain('GET', url);
      expect(plain).toMatchObject({ exitCode: 1, stdout: '' });
      expect(plain.stderr).toContain('is not an address: write one such as');
      const json = await explain('GET', url, '--json');
      expect(json.exitCode).toBe(1);
      expect(JSON.parse(json.stdout)).toEqual({ error: expect.stringContaining('is not an address') });
    },
  );

  test.each([
    ['ftp://api.github.com/'],
    ['https://'],
    ['https://[::1]/'],
    ['https://api.github.com:99999999/%zz'],
    ['https://api.github.com/\u001b]0;owned\u0007\u202e'],
  ])('%j is refused, and nothing in it reaches the terminal as a command', async (url) => {
    const { exitCode, stdout, stderr } = await explain('GET', url);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toMatch(OBEYED);
  });
});
