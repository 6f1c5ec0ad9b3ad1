import type { Draft, Mutation } from '../mutation';

/** One edit of Scout's policy text. */
function policy(breaks: string, fires: readonly string[], from: string | RegExp, to: string): Mutation {
  return { breaks, fires, edit: (draft) => draft.policy('scout', (text) => text.replace(from, to)) };
}

export const POLICY_MUTATIONS: readonly Mutation[] = [
  policy('a proxy that dials instance metadata', ['NET-7', 'POL-1'], '"169.254.0.0/16", ', ''),
  policy('a proxy that dials loopback', ['NET-7', 'POL-1'], '"127.0.0.0/8", ', ''),
  policy('a proxy that dials IPv6', ['NET-7', 'POL-1'], '"::/0", ', ''),
  {
    breaks: 'a proxy that dials its own VPC, whose block is public',
    fires: ['NET-7'],
    edit: (draft) => {
      draft.get('EnvironmentNetworkVpc').Properties.CidrBlock = '11.64.0.0/20';
    },
  },
  policy('a secret that is not required', ['POL-1', 'SEC-2'], /, require: true\}/, '}'),
  policy(
    'a secret that would go out as UNSET',
    ['POL-1', 'SEC-2'],
    /formatter: ".*?Bearer /,
    'formatter: "Bearer ',
  ),
  policy(
    'a secret on a host that no rule allows',
    ['SEC-2'],
    /( {6}rules:\n {6}- )\{host: api\.github\.com/,
    '$1{host: gist.github.com',
  ),
  policy(
    'a secret for a tunnel',
    ['POL-1', 'SEC-2'],
    /( {6}rules:\n)( {6}- \{host: api\.github\.com)/,
    '$1      - {host: api.github.com, methods: [CONNECT]}\n$2',
  ),
  policy('plain HTTP that may leave', ['POL-1', 'SEC-2'], /^ {2}upstream_proxy: .*\n/m, ''),
  policy(
    'plain HTTP that leaves through a proxy of its own',
    ['POL-1', 'SEC-2'],
    'http://127.0.0.1:9"',
    'http://192.0.2.7:9"',
  ),
  policy("the agent's own credentials", ['POL-1', 'SEC-4'], /(headers: \[)(".*?")/, '$1Cookie, $2'),
  policy(
    'WebSockets, which pass by the plaintext lock',
    ['POL-1', 'SEC-2', 'SEC-4'],
    /^- name: header_allowlist\n.*\n/m,
    '',
  ),
  policy(
    'a secret that warden does not know of',
    ['POL-1', 'SEC-2'],
    /^ {2}- id: github-write-pat\n.*\n.*\n.*\n/m,
    '',
  ),
  policy(
    'a secret that warden would leave open',
    ['POL-1', 'SEC-2'],
    /( {2}- id: github-write-pat\n.*\n.*\n {4}- \{host: api\.github\.com, methods: \[)PATCH/,
    '$1PUT',
  ),
  policy("a policy meant for another agent's box", ['POL-1'], 'agent: scout', 'agent: mender'),
  {
    breaks: 'a secret that no custom resource creates',
    fires: ['SEC-2'],
    edit: (draft) => {
      draft.get('scoutSecretsParameters').Properties.Parameters.pop();
    },
  },
  policy('a rule without methods', ['POL-1', 'SEC-2'], ', methods: [PATCH], paths', ', paths'),
  policy(
    'a rule without paths',
    ['POL-1'],
    /(host: mirror\.example\.com, methods: \[GET, HEAD\]), paths: \[.*?\]/,
    '$1',
  ),
  policy(
    'a high-risk rule in force',
    ['POL-1'],
    '    rules:\n',
    '    rules:\n    - {host: api.github.com, methods: [DELETE], paths: [/repos/ironsh/iron-proxy/releases/*]}\n',
  ),
  policy(
    'a transform before the allowlist',
    ['LOG-2', 'POL-1'],
    'transforms:\n',
    'transforms:\n- name: secrets\n  config: {secrets: []}\n',
  ),
  policy(
    'a setting that nobody has thought about',
    ['POL-1'],
    'log: {level: info}',
    'log: {level: info}\nvnc: {listen: ":5900"}',
  ),
  policy(
    "a model's vendor whose body rule is of no rule in force",
    ['MOD-1', 'POL-1'],
    '    anthropic/messages:\n',
    '    anthropic/other:\n',
  ),
  policy(
    "a model's vendor whose bodies the gate isn't shown",
    ['MOD-1', 'POL-1'],
    /(send_request_body: true\n {4}rules:\n.*\n) {4}- \{host: api\.anthropic\.com.*\n/,
    '$1',
  ),
  policy(
    'a gate that sees requests to one host alone',
    ['LOG-2', 'POL-1'],
    'gate.sock"}',
    'gate.sock", rules: [{host: api.github.com}]}',
  ),
  policy(
    'actions without a limit a day',
    ['CAP-1'],
    'actions: {hour: 500, day: 2000}',
    'actions: {hour: 500}',
  ),
  policy('records without a limit a day', ['CAP-1'], 'logMiB: {hour: 64, day: 256}', 'logMiB: {hour: 64}'),
  policy(
    'a front that takes any number of connections',
    ['CAP-1', 'POL-1'],
    'connections: 512',
    'connections: 512000',
  ),
  policy(
    'bodies of any size, which are read into memory',
    ['CAP-1'],
    /^ {2}max_request_body_bytes: .*\n/m,
    '',
  ),
  policy('text that is no YAML', ['POL-1'], 'dns: {', 'dns: {{'),
  {
    breaks: 'a policy edited behind the back of its digest',
    fires: ['POL-1'],
    edit: (draft: Draft) => {
      draft.get('scoutProxyPolicyPart1').Properties.Value += '# edited by hand\n';
    },
  },
  {
    breaks: "a box that is told to read another agent's policy",
    fires: ['POL-1'],
    edit: (draft) => {
      const box = draft.get('scoutProxyBox');
      const text = JSON.stringify(box.Properties.Value);
      box.Properties.Value = JSON.parse(text.replace('/airlock/scout/policy/1', '/airlock/mender/policy/1'));
    },
  },
  {
    breaks: "user data that names another agent's box parameter",
    fires: ['POL-1'],
    edit: (draft) => {
      const { UserData } = draft.get('scoutProxyInstance').Properties;
      UserData['Fn::Base64'] = UserData['Fn::Base64'].replaceAll('/airlock/scout/box', '/airlock/mender/box');
    },
  },
  {
    breaks: 'a box parameter that names a policy of nowhere',
    fires: ['POL-1'],
    edit: (draft) => draft.remove('scoutProxyPolicyPart1'),
  },
];
