import type { Airlock } from '../../lib/config/model';
import { putSecret } from '../../lib/operations/put-secret';
import { rotateSecret } from '../../lib/operations/rotate-secret';
import { FakeClock } from '../containment/fake-account';
import { awsError, awsWith } from '../support/aws';

const PARAMETER = '/airlock/scout/write';
const CA_KEY = '/airlock/scout/ca/private-key';
const AIRLOCK = {
  name: 'airlock',
  agents: [{ name: 'scout', secrets: [{ id: 'write', parameter: PARAMETER }] }],
} as unknown as Airlock;

interface Sent {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** Parameter Store with one SecureString that has been set many times, so that its history takes two pages, and a CA. */
function fakeStore(
  answers: { history?: object[]; fails?: string; cannotEncrypt?: boolean; health?: () => object } = {},
) {
  const sent: Sent[] = [];
  const pages = answers.history ?? [
    { Parameters: [{ Version: 1, KeyId: 'old-key' }], NextToken: 'more' },
    { Parameters: [{ Version: 2, KeyId: 'old-key' }] },
  ];
  let page = 0;
  const aws = awsWith((name, input) => {
    sent.push({ name, input });
    if (answers.fails) throw awsError(answers.fails, 'the service repeats: hunter-two');
    if (name === 'PutParameter' && answers.cannotEncrypt)
      throw awsError('InvalidKeyId', 'DisabledException: hunter-two');
    if (input.Name === CA_KEY) return { Parameters: [{ Version: 1, KeyId: 'agent-key' }] };
    return name === 'PutParameter'
      ? { Version: 3 }
      : name === 'GetLogEvents'
        ? answers.health?.()
        : pages[page++];
  });
  return { aws, sent };
}

function put(value: string | Uint8Array, overrides: object = {}, store = fakeStore()) {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return putSecret({
    airlock: AIRLOCK,
    agent: 'scout',
    secret: 'write',
    value: bytes,
    aws: store.aws,
    ...overrides,
  });
}

describe('SEC-1 a secret goes from standard input to its parameter and nowhere else', () => {
  test('the agent’s key of today is named, whatever it lay under, and a line break is taken off when asked', async () => {
    const store = fakeStore();
    expect(await put('hunter-two\n', { stripNewline: true }, store)).toEqual({
      reason: 'put',
      parameter: PARAMETER,
      version: 3,
    });
    expect(store.sent.at(-1)).toEqual({
      name: 'PutParameter',
      input: {
        Name: PARAMETER,
        Value: 'hunter-two',
        Type: 'SecureString',
        KeyId: 'agent-key',
        Description: 'Agent Airlock secret, set by an operator',
        Overwrite: true,
      },
    });
  });

  test.each([
    ['an empty input', '', /is empty/],
    ['a line break at the end', 'hunter-two\n', /pass --strip-newline/],
    ['the line break of another system', 'hunter-two\r\n', /pass --strip-newline/],
    ['the mark of an unset secret', 'UNSET', /never set/],
    ['a line break inside', 'hunter\ntwo', /control character/],
    ['more than a parameter holds', 'x'.repeat(4097), /4096 bytes/],
    ['bytes that are not text', new Uint8Array([0xff, 0xfe, 0x00]), /not UTF-8/],
  ])('%s is refused before anything is sent', async (_title, value, message) => {
    const store = fakeStore();
    const result = await put(value, {}, store);
    expect(result).toEqual({ reason: 'bad-value', message: expect.stringMatching(message) });
    expect(store.sent).toEqual([]);
  });

  test.each([
    ['\n', /is empty/],
    ['UNSET\n', /never set/],
    ['hunter\ntwo\n', /control character/],
    ['hunter-two\n\n', /control character/],
  ])('%j is refused with --strip-newline too', async (value, message) => {
    const result = await put(value, { stripNewline: true });
    expect(result).toEqual({ reason: 'bad-value', message: expect.stringMatching(message) });
  });

  test.each([
    [{ agent: 'nobody' }, /no agent "nobody": choose from scout$/],
    [{ agent: 'scuot' }, /; did you mean "scout"\?$/],
    [{ secret: 'nothing' }, /scout has no secret "nothing": choose from write$/],
    [{ secret: 'wriet' }, /; did you mean "write"\?$/],
  ])('a name that the configuration does not know is refused: %j', async (names, message) => {
    expect(await put('x', names)).toEqual({ reason: 'unknown', message: expect.stringMatching(message) });
  });

  test.each([
    ['ParameterNotFound', 'not-deployed'],
    ['AccessDeniedException', 'aws'],
    ['CredentialsProviderError', 'aws'],
  ])('%s is said in one line, without the value', async (fails, reason) => {
    const result = await put('hunter-two', {}, fakeStore({ fails }));
    expect(result.reason).toBe(reason);
    expect(JSON.stringify(result)).not.toContain('hunter-two');
  });

  test('a disabled key is named, with what to do, and without the value', async () => {
    const result = await put('hunter-two', {}, fakeStore({ cannotEncrypt: true }));
    expect(result).toMatchObject({
      reason: 'aws',
      message: expect.stringMatching(/the agent's key agent-key: it is disabled, .*enable it/),
    });
    expect(JSON.stringify(result)).not.toContain('hunter-two');
  });

  test('a parameter without a key is not ours to fill', async () => {
    const store = fakeStore({ history: [{ Parameters: [{ Version: 1 }] }] });
    expect((await put('x', {}, store)).reason).toBe('not-deployed');
    expect(store.sent).toHaveLength(1);
  });
});

describe('SEC-2 a rotated secret is in force when the proxy box reports it', () => {
  /** Warden's lines, one list for each look. */
  const rotate = (...looks: readonly string[][]) => {
    let look = 0;
    const lines = () => looks[Math.min(look++, looks.length - 1)] ?? [];
    const health = () => ({ events: lines().map((message) => ({ message })) });
    const names = { airlock: AIRLOCK, agent: 'scout', secret: 'write' };
    const { aws } = fakeStore({ health });
    return rotateSecret({ ...names, value: Buffer.from('x'), aws, clock: new FakeClock() });
  };
  const health = (secrets: object) => JSON.stringify({ ProxyHealthy: 1, secrets });

  test('after some looks', async () => {
    const old = [health({ write: 2, read: 3 })];
    expect(await rotate(old, old, [...old, 'no JSON', health({ write: 3 }), '{}'])).toEqual({
      reason: 'rotated',
      parameter: PARAMETER,
      version: 3,
      seconds: 6,
    });
  });

  test.each<[string, string[]]>([
    ['an old version', [health({ write: 3 }), health({ write: 2 })]],
    ['no secret, because iron-proxy is stopped', [health({ write: 3 }), health({})]],
    ['nothing', []],
  ])('not when it reports %s', async (_, lines) => {
    const said = expect.stringMatching(/not reported within 120 s.* may carry the old value of write/);
    expect(await rotate(lines)).toMatchObject({ reason: 'unconfirmed', version: 3, message: said });
  });
});
