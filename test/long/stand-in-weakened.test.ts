import type { DecisionVerdict } from '../../lab/proxy/decisions';
import type { Configuration } from './stand-in/proxy';
import { canBuild, cases, Stage } from './stand-in/stage';

interface Weakened {
  readonly policy: string;
  readonly edit: (compiled: Configuration) => Configuration;
  /** The case that gets through, and how that is seen. */
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

/** Each is one line of the policy that somebody might leave out; what it held back gets through then. */
const WEAKENED: Readonly<Record<string, Weakened>> = {
  'without a plaintext lock a plain request leaves, with its secret': {
    policy: 'scout',
    edit: withProxy({ upstream_proxy: undefined }),
    case: 'plain-443',
    differences: [
      /left for port 443 in plaintext, with a secret/,
      'should be answered with 502, and was with 200',
    ],
  },
  'with Upgrade let pass a WebSocket leaves past the plaintext lock, with its secret': {
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
  'an allowlist that warns lets everything pass': {
    policy: 'scout',
    edit: withConfig('allowlist', (config) => ({ ...config, warn: true })),
    case: 'scout-stranger',
    differences: [
      'should be refused, and left for port 443 over TLS',
      'should be answered with 403, and was with 200',
    ],
  },
  'a misspelt key is dropped in silence: every method passes': {
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
  'a secret that is not required is skipped in silence': {
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

(canBuild() ? describe : describe.skip)('a weakened policy lets through what the shipped one stops', () => {
  const stage = new Stage();
  beforeAll(() => stage.open(), 300_000);
  afterAll(() => stage.close());

  test.each(Object.entries(WEAKENED))('%s', async (_, weakened) => {
    const found = cases.find(({ id }) => id === weakened.case);
    expect(found).toBeDefined();
    if (!found) return;
    const shipped = await stage.ask(await stage.run(weakened.policy), found);
    expect(shipped).toEqual({ kind: 'agrees' });
    const verdict = await stage.ask(await stage.run(weakened.policy, weakened.edit), found);
    const wanted = weakened.differences.map((text) =>
      typeof text === 'string' ? text : expect.stringMatching(text),
    );
    expect(verdict).toEqual({ kind: 'disagrees', differences: wanted } satisfies DecisionVerdict);
  });

  test('taking Upgrade off and the plaintext lock are two locks: without the first the second still holds', async () => {
    const plain = cases.find(({ id }) => id === 'plain-443');
    if (!plain) throw new Error('no such case');
    expect(await stage.ask(await stage.run('scout', without('header_allowlist')), plain)).toEqual({
      kind: 'agrees',
    });
  });
});
