import type { PutParameterRequest, SSMClient } from '@aws-sdk/client-ssm';
import type { Services } from '../../lib/cli/services';
import { awsOf } from '../../lib/operations/aws';
import { type GrantsInput, listGrants } from '../../lib/operations/grants';
import { type GrantInput, grantRule, revokeGrant } from '../../lib/operations/grants/grant-rule';
import { configDirectory } from '../cli/config-directory';
import { airlock } from '../cli/fake-terminal';
import { boxManifest } from '../warden/support/fake-box';
import { bundleText, PREFIX } from '../warden/support/policy';

const NAME = `${PREFIX}grants/release-delete`;
const NOW = new Date('2026-01-02T03:04:05Z');
const APPROVER = 'arn:aws:sts::111122223333:assumed-role/Approver/alice@example.com';

/** Parameter Store: versions with dates and authors, and refusals of what may not be overwritten. */
class FakeStore {
  readonly plain = new Map<string, string>();
  readonly versions: { Value: string; LastModifiedDate: Date; LastModifiedUser: string }[] = [];
  /** What others do just before this call is answered. */
  before: Partial<Record<string, () => void>> = {};
  fault: { readonly call: string; readonly name: string } | undefined;
  now = NOW;

  constructor(text = bundleText()) {
    this.plain.set(`${PREFIX}policy/1`, text);
    this.plain.set(`${PREFIX}box`, boxManifest(text, [`${PREFIX}policy/1`], {}));
  }

  put(Value: string, LastModifiedUser = APPROVER): number {
    return this.versions.push({ Value, LastModifiedDate: this.now, LastModifiedUser });
  }

  readonly client = {
    send: async (command: { constructor: { name: string }; input: PutParameterRequest }) => {
      const call = command.constructor.name.replace('Command', '');
      if (this.fault?.call === call) throw Object.assign(new Error('x'), { name: this.fault.name });
      const before = this.before[call];
      delete this.before[call];
      before?.();
      return this.answer(call, command.input);
    },
  } as unknown as Pick<SSMClient, 'send'>;

  private answer(call: string, input: PutParameterRequest & { readonly Names?: readonly string[] }): object {
    const newest = this.versions.at(-1);
    switch (call) {
      case 'GetParameters':
        return {
          Parameters: (input.Names ?? []).flatMap((Name) => {
            const Value = this.plain.get(Name);
            if (Value !== undefined) return [{ Name, Value }];
            return Name === NAME && newest ? [{ Name, ...newest, Version: this.versions.length }] : [];
          }),
        };
      case 'GetParameterHistory':
        return { Parameters: this.versions.map((each, index) => ({ ...each, Version: index + 1 })) };
      case 'PutParameter':
        expect(input).toMatchObject({ Name: NAME, Type: 'String' });
        if (newest && !input.Overwrite)
          throw Object.assign(new Error('x'), { name: 'ParameterAlreadyExists' });
        return { Version: this.put(input.Value ?? '') };
      default:
        throw new Error(call);
    }
  }
}

const input = (store: FakeStore): GrantsInput => ({
  aws: awsOf({ ssm: () => store.client }, 'us-east-1'),
  stack: 'airlock',
  agent: 'scout',
  now: store.now,
});
const grant = (store: FakeStore, more: Partial<GrantInput> = {}) =>
  grantRule({
    ...input(store),
    rule: 'release-delete',
    seconds: 900,
    because: 'a wrong tag',
    dryRun: false,
    ...more,
  });
const listed = async (store: FakeStore) => {
  const result = await listGrants(input(store));
  return result.reason === 'listed' ? result.rules : result;
};

describe('a grant', () => {
  test('is one parameter of its rule, begun by AWS’s date, recorded by AWS’s name of the caller', async () => {
    const store = new FakeStore();
    expect(await listed(store)).toMatchObject([{ rule: 'release-delete', shut: 'no grant' }]);
    expect(await grant(store, { count: 1 })).toMatchObject({
      reason: 'granted',
      by: APPROVER,
      replaced: 0,
      grant: { id: 'release-delete@20260102T030405Z', until: NOW.getTime() + 900_000, count: 1 },
    });
    expect(await listed(store)).toMatchObject([{ by: APPROVER, grant: { because: 'a wrong tag' } }]);
    store.now = new Date(NOW.getTime() + 900_000);
    expect(await listed(store)).toMatchObject([{ shut: 'ended' }]);
    expect(await grant(store)).toMatchObject({ reason: 'granted' });
    expect(JSON.stringify(store.versions.map(({ Value }) => Value))).not.toContain('alice');
  });

  test('is not written by --dry-run', async () => {
    const store = new FakeStore();
    expect(await grant(store, { dryRun: true })).toMatchObject({
      reason: 'would-grant',
      rule: { allows: 'DELETE api.github.com /repos/ironsh/iron-proxy/releases/*' },
      written: { seconds: 900 },
    });
    expect(store.versions).toEqual([]);
  });

  test.each<[string, Partial<GrantInput>, RegExp]>([
    [
      'an unknown rule, with the nearest',
      { rule: 'release-delte' },
      /has release-delete; did you mean "release-delete"/,
    ],
    ['a rule that is not high risk', { rule: 'rule-0' }, /no high-risk rule "rule-0"/],
    ['more than 8 hours', { seconds: 28_801 }, /--for must be from 1 minute to 8 hours/],
    ['less than a minute', { seconds: 59 }, /--for must be/],
    ['no reason', { because: '' }, /--because is empty/],
    ['a long reason', { because: 'a'.repeat(301) }, /--because is longer than 300/],
    ['no use', { count: 0 }, /--count must be/],
    [
      'a path outside the rule',
      { paths: ['/repos/other/*'] },
      /--path "\/repos\/other\/\*" is not within the rule/,
    ],
    [
      'a body of a rule that takes none',
      { body: [{ field: 'a', equals: 1 }] },
      /--body needs a request with a body \(POST, PUT, PATCH\), and the rule has DELETE/,
    ],
    [
      'nine paths',
      { paths: Array.from({ length: 9 }, (_, n) => `/repos/ironsh/iron-proxy/releases/${n}`) },
      /would not take/,
    ],
    [
      'an agent that is not deployed',
      { agent: 'scuot' },
      /the policy of scuot could not be read: .* does not exist/,
    ],
  ])('is refused for %s', async (_, more, message) => {
    const store = new FakeStore();
    expect(await grant(store, more)).toMatchObject({ message: expect.stringMatching(message) });
    expect(store.versions).toEqual([]);
  });

  test('is refused while another is live, so that none is widened or lost', async () => {
    const store = new FakeStore();
    await grant(store, { paths: ['/repos/ironsh/iron-proxy/releases/7'] });
    expect(await grant(store)).toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('is live until'),
    });
    expect(store.versions).toHaveLength(1);
  });

  test('of two at once the second of the first two is refused', async () => {
    const store = new FakeStore();
    store.before.PutParameter = () => store.put('{"other":1}', 'arn:other');
    expect(await grant(store)).toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('at the same moment'),
    });
    expect(store.versions).toHaveLength(1);
  });

  test('that replaced another says so, and the other one is told too', async () => {
    const store = new FakeStore();
    store.put('{"format":1,"revoked":true}');
    store.before.PutParameter = () => store.put('{"other":1}', 'arn:other');
    expect(await grant(store)).toMatchObject({ reason: 'granted', replaced: 1 });
    const other = new FakeStore();
    other.before.GetParameterHistory = () => other.put('{"other":1}', 'arn:other');
    expect(await grant(other)).toMatchObject({ reason: 'granted' });
    const third = new FakeStore();
    const put = third.put.bind(third);
    third.put = (value, by) => {
      put(value, by);
      return put('{"format":1,"revoked":true}', 'arn:other') - 1;
    };
    expect(await grant(third)).toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('at the same moment'),
    });
  });

  test.each([
    ['PutParameter', 'AccessDeniedException', 'AWS denied ssm:PutParameter in us-east-1'],
    ['GetParameters', 'ExpiredTokenException', 'they have expired'],
    ['GetParameterHistory', 'ThrottlingException', 'run it again in a minute'],
  ])('says what is missing when %s answers %s', async (call, name, message) => {
    const store = new FakeStore();
    if (call === 'GetParameterHistory') store.put('{"format":1,"revoked":true}');
    store.fault = { call, name };
    expect(await grant(store)).toEqual({ reason: 'no-answer', message: expect.stringContaining(message) });
  });
});

describe('a revocation', () => {
  test.each(['release-delete', 'release-delete@20260102T030405Z'])(
    'ends the live grant by the name %s',
    async (name) => {
      const store = new FakeStore();
      await grant(store);
      expect(await revokeGrant(input(store), name)).toMatchObject({
        reason: 'revoked',
        rule: 'release-delete',
        replaced: 0,
      });
      expect(await listed(store)).toMatchObject([{ shut: 'revoked', by: APPROVER }]);
    },
  );

  test('of an earlier grant leaves the live one, and without a live one there is nothing to revoke', async () => {
    const store = new FakeStore();
    expect(await revokeGrant(input(store), 'release-delete')).toMatchObject({
      message: expect.stringContaining('no live grant'),
    });
    await grant(store);
    expect(await revokeGrant(input(store), 'release-delete@20250101T000000Z')).toMatchObject({
      message: expect.stringContaining('the live grant of release-delete is release-delete@20260102T030405Z'),
    });
    expect(store.versions).toHaveLength(1);
  });
});

describe('the commands', () => {
  const run = (store: FakeStore, ...argv: string[]) =>
    airlock([...argv, '--config', configDirectory()], {}, {
      ssm: async () => store.client,
    } as unknown as Services);

  test('print what was granted, as whom it is recorded, and how it ends', async () => {
    const store = new FakeStore();
    const { stdout, exitCode } = await run(
      store,
      'grant',
      'scout',
      'release-delete',
      '--for',
      '15m',
      '--because',
      ' a tag\u001b ',
      '--count',
      '1',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'release-delete@20260102T030405Z, in force within 15 seconds, until 2026-01-02T03:19:05.000Z',
    );
    expect(stdout).toMatch(
      /recorded as +arn:aws:sts::111122223333:assumed-role\/Approver\/alice@example.com\n/,
    );
    expect(stdout).toMatch(/because +a tag\\u001b\n/);
    expect((await run(store, 'grants', 'scout')).stdout).toMatch(
      /^open +release-delete +DELETE .* until 2026-01-02T03:19:05.000Z, only 1 request .*alice@example.com: a tag\\u001b\n$/,
    );
    expect((await run(store, 'revoke', 'scout', 'release-delete')).stdout).toMatch(
      /refuses release-delete within 10 seconds/,
    );
    expect((await run(store, 'grants', 'scout')).stdout).toMatch(/^shut +release-delete .* revoked +arn:/);
  });

  test.each([
    [['grant', 'scuot', 'x', '--for', '15m', '--because', 'x'], /did you mean "scout"/],
    [['grant', 'scout', 'release-delete', '--for', '9h', '--because', 'x'], /--for must be/],
    [
      ['grant', 'scout', 'release-delete', '--for', '15', '--because', 'x'],
      /Write a number and s, m, h or d/,
    ],
    [
      ['grant', 'scout', 'release-delete', '--for', '15m', '--because', 'x', '--count', '0'],
      /Write a whole number/,
    ],
    [['grant', 'scout', 'release-delete', '--for', '15m', '--because', ' '], /--because is empty/],
  ])('%j is refused', async (argv, message) => {
    const { stderr, exitCode } = await run(new FakeStore(), ...argv);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
  });
});
