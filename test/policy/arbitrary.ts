import fc from 'fast-check';
import type { Agent, EgressRule, Secret } from '../../lib/config/model';
import type { PolicyRequest } from '../../lib/policy';
import { agentOf } from './support';

/** Small alphabets, so that rules overlap and requests hit them often. */
const HOSTS = [
  'a.example.com',
  'b.example.com',
  '*.example.com',
  'api-?.example.net',
  'api-1.example.net',
  '*',
];
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
const PATHS = ['/*', '/a', '/a/*', '/a/b', '/a/*/c', '/[ab]/b', '/a?', '/k:1/*', '/é', '/a[/*'];
const SECRETS = ['one', 'two', 'swapped', 'query'];

const secrets: fc.Arbitrary<readonly Secret[]> = fc
  .record({ header: fc.constantFrom('Authorization', 'X-Key'), parameter: fc.constantFrom('key', 'token') })
  .map(({ header, parameter }) => [
    {
      id: 'one',
      parameter: '/s/one',
      inject: { kind: 'header', header: 'Authorization', formatter: 'Bearer {{ .Value }}' },
      ttlSeconds: 60,
    },
    {
      id: 'two',
      parameter: '/s/two',
      inject: { kind: 'header', header, formatter: '{{ .Value }}' },
      ttlSeconds: 60,
    },
    { id: 'swapped', parameter: '/s/swapped', inject: { kind: 'path', placeholder: 'k:1' }, ttlSeconds: 60 },
    {
      id: 'query',
      parameter: '/s/query',
      inject: { kind: 'query', parameter, formatter: '{{ .Value }}' },
      ttlSeconds: 60,
    },
  ]);

const rule: fc.Arbitrary<Omit<EgressRule, 'id'>> = fc.record(
  {
    host: fc.constantFrom(...HOSTS),
    methods: fc.subarray(METHODS),
    paths: fc.subarray(PATHS, { maxLength: 3 }),
    risk: fc.constantFrom('low', 'medium', 'high'),
    secret: fc.constantFrom(...SECRETS),
  },
  { requiredKeys: ['host', 'methods', 'paths', 'risk'] },
);

/** Any agent, valid or not as a team would write it, with all four secrets. */
export const agents: fc.Arbitrary<Agent> = fc
  .tuple(fc.array(rule, { maxLength: 8 }), secrets)
  .map(([rules, known]) =>
    agentOf(
      rules.map((found, index) => ({ ...found, id: `rule-${index}` })),
      known,
    ),
  );

/** Requests near the rules above. */
export const nearRequests: fc.Arbitrary<PolicyRequest> = fc
  .tuple(
    fc.constantFrom(...METHODS, 'get', 'CONNECT'),
    fc.constantFrom('https', 'http', 'wss'),
    fc.constantFrom(
      'a.example.com',
      'b.example.com',
      'x.y.example.com',
      'example.com',
      'api-1.example.net',
      'other.example.org',
      'A.Example.com',
      '10.0.0.1',
    ),
    fc.array(fc.constantFrom('/a', '/b', '/c', '/k:1', '/%61', '%2f', '/é', '/..', '//', '?q', 'a'), {
      maxLength: 4,
    }),
    fc.constantFrom('direct' as const, 'tunnel' as const, 'absolute' as const),
  )
  .map(([method, scheme, host, path, via]) => ({
    method,
    url: `${scheme}://${host}/${path.join('').replace(/^\//, '')}`,
    via,
  }));

/** Anything at all. */
export const anyRequests: fc.Arbitrary<PolicyRequest> = fc.record(
  {
    method: fc.string({ unit: 'binary' }),
    url: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.string().map((rest) => `https://${rest}`),
    ),
    target: fc.string({ unit: 'binary' }),
    host: fc.string({ unit: 'binary' }),
    sni: fc.string({ unit: 'binary' }),
    scheme: fc.constantFrom('http', 'https'),
    via: fc.constantFrom('direct', 'tunnel', 'absolute'),
    connect: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['method'] },
);
