import { request as ask } from 'node:http';
import { consolePage } from '../../lib/console/page';
import { type RunningConsole, startConsole } from '../../lib/console/server';

let running: RunningConsole;
let ran: string[] = [];
let now = 0;
let code = 0;
let stdout = '';

beforeEach(async () => {
  [ran, now, code, stdout] = [[], 0, 0, '{"reason":"found"}'];
  running = await startConsole({
    run: async (argv) => {
      ran.push(argv.join(' '));
      return { exitCode: code, stdout };
    },
    page: consolePage('airlock'),
    now: () => now,
  });
});
afterEach(() => running.close());

interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}
function http(path: string, headers: Record<string, string> = {}, body?: string): Promise<Said> {
  const { hostname, port } = new URL(running.url);
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = ask({ hostname, port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const origin = () => new URL(running.url).origin;
const withSecret = (secret: string) => ({ origin: origin(), authorization: `Bearer ${secret}` });
const signIn = () => http('/session', withSecret(new URL(running.url).hash.slice(1)), '{}');
async function signedIn(): Promise<Record<string, string>> {
  return withSecret(JSON.parse((await signIn()).body).session);
}

test('the token of the link is good for one session, once, and for nothing else', async () => {
  const { pathname, search, hash } = new URL(running.url);
  expect([pathname, search]).toEqual(['/', '']);
  expect((await http('/run/status', withSecret(hash.slice(1)), '{}')).status).toBe(403);
  expect((await http('/session', withSecret('x'), '{}')).status).toBe(403);
  const first = await signIn();
  expect(first.status).toBe(200);
  // Browsers send cookies to every port of a host, whoever listens there.
  expect(first.headers).not.toHaveProperty('set-cookie');
  expect((await signIn()).status).toBe(403);
});

test('the page holds no secret, and no other page can frame it', async () => {
  const page = await http('/');
  expect(page.status).toBe(200);
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
  expect(page.body).toContain("connect-src 'self'");
  expect(page.body).not.toContain(new URL(running.url).hash.slice(1));
});

test.each(['//', '//[', 'http://[', '/\\', '*', '/run/status?x', '/%'])(
  'an odd target is answered, and the console goes on: %s',
  async (target) => {
    for (const body of [undefined, '{}']) expect((await http(target, {}, body)).status).toBe(404);
    expect((await http('/run/status', await signedIn(), '{}')).status).toBe(200);
  },
);

test('a question runs the command with --json of the person, and says which', async () => {
  const said = await http('/run/audit', await signedIn(), '{"agent":"scout"}');
  expect(JSON.parse(said.body)).toEqual({
    command: 'airlock audit scout --since=15m',
    exitCode: 0,
    result: { reason: 'found' },
  });
  expect(ran).toEqual(['audit scout --since=15m']);
});

test.each<[string, (own: Record<string, string>) => Promise<Said>, number]>([
  ['no session', () => http('/run/status', { origin: origin() }, '{}'), 403],
  ['a wrong session', () => http('/run/status', withSecret('x'), '{}'), 403],
  ['another origin', (own) => http('/run/status', { ...own, origin: 'https://evil.example' }, '{}'), 403],
  ['no origin', ({ authorization = '' }) => http('/run/status', { authorization }, '{}'), 403],
  ['another name for this address', (own) => http('/', { ...own, host: 'evil.example' }), 421],
  ['a wrong token', () => http('/session', withSecret('x'), '{}'), 403],
  [
    'a token that another page sends',
    () => http('/session', { ...withSecret('x'), origin: 'null' }, '{}'),
    403,
  ],
  ['another path', (own) => http('/etc/passwd', own), 404],
  ['GET for a command', (own) => http('/run/status', own), 404],
  ['no JSON', (own) => http('/run/status', own, 'x'), 400],
  ['a list', (own) => http('/run/status', own, '[]'), 400],
  ['5,000 bytes', (own) => http('/run/status', own, JSON.stringify({ x: 'x'.repeat(5_000) })), 400],
  ['another command', (own) => http('/run/secrets', own, '{"agent":"scout"}'), 400],
  ['an option as agent', (own) => http('/run/audit', own, '{"agent":"--config=/etc"}'), 400],
  ['an option as rule', (own) => http('/run/revoke', own, '{"agent":"scout","rule":"--stack=x"}'), 400],
  [
    'a grant for ever',
    (own) => http('/run/grant', own, '{"agent":"scout","rule":"merge","minutes":9999,"because":"x"}'),
    400,
  ],
  ['contain without the name', (own) => http('/run/contain', own, '{"agent":"scout","confirm":"yes"}'), 400],
])('refused, and nothing runs: %s', async (_what, attempt, status) => {
  expect((await attempt(await signedIn())).status).toBe(status);
  expect(ran).toEqual([]);
});

test('what an agent wrote reaches the page without anything that turns or hides text', async () => {
  stdout = JSON.stringify({ path: '\u202egnp.exe\u0007' });
  const said = await http('/run/audit', await signedIn(), '{"agent":"scout"}');
  expect(JSON.parse(said.body).result).toEqual({ path: '\\u202egnp.exe\\u0007' });
});

test('a reason is one word of the command line, whatever it says', async () => {
  const question = { agent: 'scout', rule: 'merge', minutes: 15, because: '--dry-run; rm -rf /' };
  await http('/run/grant', await signedIn(), JSON.stringify(question));
  expect(ran).toEqual(['grant scout merge --for=15m --because=--dry-run; rm -rf /']);
});

test('what reads a month serves for five minutes, and a failure for no time', async () => {
  const own = await signedIn();
  for (const [at, exitCode] of [
    [0, 1],
    [1, 0],
    [300_000, 0],
    [300_001, 0],
  ] as const) {
    [now, code] = [at, exitCode];
    await http('/run/learn', own, '{"agent":"scout"}');
  }
  expect(ran).toHaveLength(3);
});

test('what changes nothing serves several tabs for three seconds; contain runs each time', async () => {
  const own = await signedIn();
  for (const at of [0, 2_999, 3_000]) {
    now = at;
    await http('/run/status', own, '{}');
    await http('/run/contain', own, '{"agent":"scout","confirm":"scout"}');
  }
  expect(ran.filter((argv) => argv === 'status')).toHaveLength(2);
  expect(ran.filter((argv) => argv === 'contain scout')).toHaveLength(3);
});
