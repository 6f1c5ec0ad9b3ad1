import { parse, parseAllDocuments } from 'yaml';
import { compilePolicy } from '../../lib/policy';
import { airlockOf, refusal, scout } from './support';

const sound = compilePolicy(airlockOf(), scout()).text.split('\n---\n')[0] ?? '';

/** What iron-proxy refuses at start, or what it would take in silence and must not: each from a sound policy. */
const broken: readonly (readonly [string, string, string])[] = [
  ['an unknown key at the top', 'log: {level: info}', 'log: {level: info}\ntags: [x]'],
  [
    'an unknown key of the proxy',
    '  http_listen: "127.0.0.1:8480"',
    '  http_listen: "127.0.0.1:8480"\n  socks_listen: ":1080"',
  ],
  ['a misspelt key of a rule', 'methods: [PATCH]', 'metods: [PATCH]'],
  [
    'a rule with host and cidr',
    'host: api.github.com, methods: [PATCH]',
    'host: api.github.com, cidr: 192.0.2.0/24, methods: [PATCH]',
  ],
  ['a rule with neither', '{host: api.github.com, methods: [PATCH],', '{methods: [PATCH],'],
  ['a path without its slash', 'paths: [/v1/messages,', 'paths: [v1/messages,'],
  ['an unknown transform', '- name: allowlist', '- name: allow_list'],
  ['a header list without headers', /headers: \[.*\]/.exec(sound)?.[0] ?? '', 'headers: []'],
  ['an injection without a place', 'inject: {header: x-api-key, ', 'inject: {'],
  [
    'an injection into two places',
    'inject: {header: x-api-key, ',
    'inject: {header: x-api-key, query_param: key, ',
  ],
  ['a misspelt require', 'require: true', 'required: true'],
  ['a secret source without a name', 'name: /airlock/scout/anthropic/key, ', ''],
  ['an unknown secret source', 'type: aws_ssm', 'type: aws_smm'],
  ['a time that is no duration', 'ttl: "900s"', 'ttl: "900"'],
  ['no time at all', 'upstream_response_header_timeout: "10m"', 'upstream_response_header_timeout: "0s"'],
  ['an address without a prefix length', '"169.254.0.0/16"', '"169.254.169.254"'],
  ['a prefix length past the address', '"169.254.0.0/16"', '"169.254.0.0/33"'],
  ['an unknown log level', 'level: info', 'level: loud'],
  ['TLS without its key', ', ca_key: /etc/iron-proxy/ca.key', ''],
  ['TLS left alone', 'mode: mitm', 'mode: sni-only'],
];

describe("the schema of a policy's first document", () => {
  test('takes the policy as compiled', () => {
    expect(refusal(parse(sound))).toBeUndefined();
  });

  test.each(broken)('refuses %s', (_, from, to) => {
    expect(sound).toContain(from);
    expect(refusal(parse(sound.replace(from, to)))).toBeDefined();
  });

  test("refuses warden's document", () => {
    const [, warden] = parseAllDocuments(compilePolicy(airlockOf(), scout()).text);
    expect(refusal(warden?.toJS())).toBeDefined();
  });
});
