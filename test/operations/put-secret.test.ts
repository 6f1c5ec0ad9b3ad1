import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Airlock } from '../../lib/config/model';
import { putSecret } from '../../lib/operations/put-secret';

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
function fakeStore(answers: { history?: object[]; fails?: string } = {}) {
  const sent: Sent[] = [];
  const pages = answers.history ?? [
    { Parameters: [{ Version: 1, KeyId: 'old-key' }], NextToken: 'more' },
    { Parameters: [{ Version: 2, KeyId: 'old-key' }] },
  ];
  let page = 0;
  const ssm = {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      sent.push({ name: command.constructor.name, input: command.input });
      if (answers.fails) {
        throw Object.assign(new Error('the service repeats: hunter-two'), { name: answers.fails });
      }
      if (command.input.Name === CA_KEY) return { Parameters: [{ Version: 1, KeyId: 'agent-key' }] };
      return command.constructor.name === 'PutParameterCommand' ? { Version: 3 } : pages[page++];
    },
  } as unknown as Pick<SSMClient, 'send'>;
  return { ssm, sent };
}

function put(value: string | Uint8Array, overrides: object = {}, store = fakeStore()) {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return putSecret({
    airlock: AIRLOCK,
    agent: 'scout',
    secret: 'write',
    value: bytes,
    region: 'us-east-1',
    ssm: store.ssm,
    ...overrides,
  });
}

describe('SEC-1 a secret goes from standard input to its parameter and nowhere else', () => {
  test('the agent’s key of today is named, whatever it lay under, and the last line break is not part of the value', async () => {
    const store = fakeStore();
    expect(await put('hunter-two\n', {}, store)).toEqual({ reason: 'put', parameter: PARAMETER, version: 3 });
    expect(store.sent.at(-1)).toEqual({
      name: 'PutParameterCommand',
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
    ['an empty input', '', /held no value/],
    ['a lone line break', '\n', /held no value/],
    ['the mark of an unset secret', 'UNSET\n', /never set/],
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
    [{ agent: 'nobody' }, /no agent "nobody": choose from scout/],
    [{ secret: 'nothing' }, /scout has no secret "nothing": it has write/],
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

  test('a parameter without a key is not ours to fill', async () => {
    const store = fakeStore({ history: [{ Parameters: [{ Version: 1 }] }] });
    expect((await put('x', {}, store)).reason).toBe('not-deployed');
    expect(store.sent).toHaveLength(1);
  });
});
