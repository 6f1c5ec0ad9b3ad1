import fc from 'fast-check';
import { RISKS, type Role } from '../../lib/config/model';

interface Traffic {
  readonly egress: readonly Record<string, unknown>[];
  readonly secrets: Record<string, unknown>;
}

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Each preset with something an agent could say with it, and the roles that may. */
const PRESETS: readonly { readonly use: Record<string, unknown>; readonly roles: readonly Role[] }[] = [
  ...['anthropic', 'openai', 'openrouter'].map((preset) => ({
    use: { preset },
    roles: ['reader', 'builder', 'operator'] as const,
  })),
  {
    use: {
      preset: 'bedrock',
      with: {
        region: 'us-east-1',
        models: ['anthropic.claude-haiku-4-5-20251001-v1:0'],
        inferenceProfiles: [
          { id: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', regions: ['us-east-1', 'eu-west-1'] },
        ],
      },
    },
    roles: ['reader', 'builder', 'operator'],
  },
  ...['npm-install', 'claude-code-install', 'codex-install', 'pypi-install', 'debian-updates'].map(
    (preset) => ({
      use: { preset },
      roles: ['reader', 'builder', 'operator'] as const,
    }),
  ),
  {
    use: { preset: 'github-clone', with: { repositories: ['example/project', 'example/other.site'] } },
    roles: ['builder', 'operator'],
  },
  { use: { preset: 'telegram', with: { methods: ['getUpdates', 'sendMessage'] } }, roles: ['operator'] },
];

/** Rules that never match the same request: each has the first segment of its path, or its host, to itself. */
export function arbitraryEgress(
  stack: string,
  agent: string,
  role: Role,
  most: number,
): fc.Arbitrary<Traffic> {
  const allowed = PRESETS.filter(({ roles }) => roles.includes(role)).map(({ use }) => use);
  const own = role === 'builder' ? 0 : most;
  return fc
    .record({
      presets: fc.subarray(allowed, { minLength: own === 0 ? 1 : 0 }),
      rules: fc.array(ruleShape(role), { minLength: own === 0 ? 0 : 1, maxLength: own }),
    })
    .map(({ presets, rules }) => {
      const secrets: Record<string, unknown> = {};
      const written = rules.map((rule, index) => {
        if (rule.inject) {
          secrets[`key-${index}`] = {
            parameter: `/${stack}/${agent}/key-${index}`,
            inject: rule.inject,
            ttl: rule.ttl,
          };
        }
        return {
          id: `rule-${index}`,
          host: rule.isShared ? 'api.github.com' : `${rule.host}.example.com`,
          methods: rule.methods,
          paths: rule.tails.map((tail) =>
            rule.isShared ? `/repos/owner-${index}${tail}` : `/r${index}${tail}`,
          ),
          ...(rule.inject ? { secret: `key-${index}` } : {}),
          ...(rule.risk ? { risk: rule.risk } : {}),
        };
      });
      return { egress: [...presets, ...written], secrets };
    });
}

const inject = fc.constantFrom(
  { header: 'Authorization', formatter: 'Bearer {{ .Value }}' },
  { header: 'X-Api-Key' },
  { header: 'Authorization', formatter: 'Basic {{ base64 "user:" .Value }}' },
  { query: 'key', formatter: '{{ .Value }}' },
);

function ruleShape(role: Role) {
  const reads = fc.subarray(['GET', 'HEAD'], { minLength: 1 });
  const anyMethods = fc.subarray(['GET', 'HEAD', ...WRITES], { minLength: 1 });
  const shape = {
    host: fc.constantFrom('api', 'data', 'eu.api', 'xn--bcher-kva'),
    isShared: fc.boolean(),
    tails: fc.uniqueArray(
      fc.constantFrom('', '/*', '/items/*', '/*/items', '/file-[a-f0-9].json', '/a b', '/naïve', '/v*'),
      { minLength: 1, maxLength: 4 },
    ),
    inject: fc.option(inject, { nil: undefined }),
    ttl: fc.constantFrom('1m', '15m', '1h30m', '24h'),
  };
  const reading = fc.record({ ...shape, methods: reads, risk: fc.constant(undefined) });
  return role === 'operator'
    ? fc.oneof(reading, fc.record({ ...shape, methods: anyMethods, risk: fc.constantFrom(...RISKS) }))
    : reading;
}
