import type { DecisionCase } from '../../lab/proxy/decisions';
import type { Configuration } from './stand-in/proxy';
import { canBuild, cases, Replay } from './stand-in/replay';

interface Weakened {
  readonly policy: string;
  readonly edit: (compiled: Configuration) => Configuration;
  /** The case that gets through, and the differences that show it. */
  readonly case: string;
  readonly differences: readonly (string | RegExp)[];
}

const without =
  (name: string) =>
  (compiled: Configuration): Configuration => ({
    ...compiled,
    transforms: compiled.transforms.filter((transform) => transform.name !== name),
  });
const withProxy =
  (changes: Record<string, unknown>) =>
  (compiled: Configuration): Configuration => ({ ...compiled, proxy: { ...compiled.proxy, ...changes } });
const withConfig =
  (name: string, change: (config: Record<string, unknown>) => Record<string, unknown>) =>
  (compiled: Configuration): Configuration => ({
    ...compiled,
    transforms: compiled.transforms.map((transform) =>
      transform.name === name ? { ...transform, config: change(transform.config) } : transform,
    ),
  });

/** Policies with one line left out or changed, each with a case that it then lets through. */
const WEAKENED: Readonly<Record<string, Weakened>> = {
  'without the plaintext lock a plaintext request leaves, with its secret': {
    policy: 'scout',
    edit: withProxy({ upstream_proxy: undefined }),
    case: 'plain-443',
    differences: [
      /left for port 443 in plaintext, with a secret/,
      'should be answered with 502, and was with 200',
    ],
  },
  'with the Upgrade header a WebSocket leaves past the plaintext lock, with its secret': {
    policy: 'scout',
    edit: without('header_allowlist'),
    case: 'ws-plain-secret',
    differences: [
      /left for port 443 in plaintext, with a secret/,
      'should be answered with 502, and was with 200',
    ],
  },
  'without a deny list instance metadata is dialled': {
    policy: 'anywhere',
    edit: withProxy({ upstream_deny_cidrs: [] }),
    case: 'ip-metadata',
    differences: [
      'should be refused, and left for port 443 over TLS',
      'should be answered with 502, and was with 200',
    ],
  },
  'with the default deny list a private address is dialled': {
    policy: 'anywhere',
    edit: withProxy({ upstream_deny_cidrs: undefined }),
    case: 'ip-ten',
    differences: [
      'should be refused, and left for port 443 over TLS',
      'should be answered with 502, and was with 200',
    ],
  },
  'with `warn` the allowlist lets everything pass': {
    policy: 'scout',
    edit: withConfig('allowlist', (config) => ({ ...config, warn: true })),
    case: 'scout-stranger',
    differences: [
      'should be refused, and left for port 443 over TLS',
      'should be answered with 403, and was with 200',
    ],
  },
  'a misspelt key is ignored without a word: every method passes': {
    policy: 'scout',
    edit: withConfig('allowlist', () => ({
      rules: [{ host: 'api.github.com', method: ['GET'], paths: ['/repos/ironsh/iron-proxy/*'] }],
    })),
    case: 'scout-post',
    differences: [
      'should be refused, and left for port 443 over TLS',
      'should be answered with 403, and was with 200',
    ],
  },
  'a missing secret that is not required is left out without a word': {
    policy: 'scout',
    edit: withConfig('secrets', ({ secrets }) => ({
      secrets: (secrets as Record<string, Record<string, unknown>>[]).map((entry) => ({
        ...entry,
        source: { ...entry.source, name: '/airlock/scout/missing' },
        inject: { ...entry.inject, require: false },
      })),
    })),
    case: 'scout-get',
    differences: ['should carry github-read-pat, and carries no secret'],
  },
  'a secret whose rule is wider than its allow rule goes out with another request': {
    policy: 'overlap',
    edit: withConfig('secrets', ({ secrets }) => ({
      secrets: (secrets as Record<string, unknown>[]).map((entry) => ({
        ...entry,
        rules: [{ host: 'api.example.com', methods: ['POST'] }],
      })),
    })),
    case: 'secret-not-borrowed',
    differences: [/should carry no secret, and carries .*third/],
  },
};

/** The case as iron-proxy decides it: the front, which isn't here, refuses plaintext before. */
function behindTheFront(id: string): DecisionCase {
  const found = cases.find((each) => each.id === id);
  if (!found) throw new Error(`no case ${id}`);
  return found.expect.by === 'front'
    ? { ...found, expect: { allowed: false, by: 'proxy', status: 502 } }
    : found;
}

(canBuild() ? describe : describe.skip)(
  'a weakened policy lets through a request that the shipped one stops',
  () => {
    const replay = new Replay();
    beforeAll(() => replay.open(), 300_000);
    afterAll(() => replay.close());

    test.each(Object.entries(WEAKENED))('%s', async (_, weakened) => {
      const found = behindTheFront(weakened.case);
      const shipped = await replay.ask(await replay.run(weakened.policy), found);
      expect(shipped?.result).toBe('held');
      const seen = await replay.ask(await replay.run(weakened.policy, weakened.edit), found);
      const wanted = weakened.differences.map((text) =>
        typeof text === 'string' ? text : expect.stringMatching(text),
      );
      expect({ result: seen?.result, differences: seen?.saw.split('; ') }).toEqual({
        result: 'failed',
        differences: wanted,
      });
    });

    test('without the removal of Upgrade the plaintext lock still stops a plaintext request', async () => {
      const plain = behindTheFront('plain-443');
      expect(await replay.ask(await replay.run('scout', without('header_allowlist')), plain)).toMatchObject({
        result: 'held',
      });
    });
  },
);
