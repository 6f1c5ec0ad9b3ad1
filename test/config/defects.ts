import { REGIONS } from '../../lib/config/regions/regions';

/** What the loader must say about each fixture: the file's name is its defect. */
export const DEFECTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  airlock: {
    'vpc-no-id': [
      'airlock.yaml:8:8 network.vpc: "main" is not the id of a VPC: write one such as "vpc-0123456789abcdef0"',
    ],
    'vpc-with-ipam-pool': [
      'airlock.yaml:9:13 network.ipamPool: "ipam-pool-0123456789abcdef0" has no effect beside network.vpc, whose block exists already: remove one of the two',
    ],
    'bootstrap-qualifier-upper-case': [
      'airlock.yaml:2:47 env.bootstrapQualifier: "Team" must be 1 to 10 of a-z, 0-9 and "-", which neither begins nor ends it: write the --qualifier that the account was bootstrapped with',
    ],
    'boundary-not-arn': [
      'airlock.yaml:12:22 permissionsBoundary: "boundary" is not the ARN of an IAM policy: write one such as "arn:aws:iam::123456789012:policy/boundary"',
    ],
    'boundary-other-account': [
      'airlock.yaml:12:22 permissionsBoundary: "arn:aws:iam::444455556666:policy/boundary" is a policy of the account 444455556666, and a boundary must be one of the stack\'s own, 111122223333: name a policy of 111122223333',
    ],
    'forward-to-other-region': [
      'airlock.yaml:12:21 audit.forwardTo: "arn:aws:logs:eu-west-1:111122223333:destination:central" is in eu-west-1, and CloudWatch Logs sends from "us-east-1" to destinations there alone: make a destination in us-east-1',
    ],
    'forward-to-stream': [
      'airlock.yaml:12:21 audit.forwardTo: "arn:aws:kinesis:us-east-1:111122223333:stream/central" is not the ARN of a CloudWatch Logs destination: write one such as "arn:aws:logs:us-east-1:123456789012:destination:central": streams and functions are reached through a destination',
    ],
    'forward-to-without-region': [
      'airlock.yaml:12:21 audit.forwardTo: "arn:aws:logs:eu-west-1:111122223333:destination:central" is in one region, and the stack has none yet: write env: { region: eu-west-1 }',
    ],
    'ipam-pool-no-id': [
      'airlock.yaml:8:13 network.ipamPool: "pool" is not the id of an IPAM pool: write one such as "ipam-pool-0123456789abcdef0"',
    ],
    'retention-not-offered': [
      'airlock.yaml:12:25 audit.retentionDays: 364 must be a number of days that CloudWatch Logs takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653: write 365',
    ],
    'tag-key-of-the-kit': [
      'airlock.yaml:12:7 tags: has the key "airlock:stack", whose prefix belongs to the kit: write it without that prefix',
    ],
    'tag-key-reserved': [
      'airlock.yaml:12:7 tags: has the key "aws:owner", whose prefix belongs to AWS: write it without that prefix',
    ],
    'tag-key-twice': [
      'airlock.yaml:12:7 tags: names "team" twice, for IAM ignores case: remove one of the two',
    ],
    'tag-value-number': [
      'airlock.yaml:12:22 tags.cost-center: 1234 must be text, not a number: put it in quotes: "1234"',
    ],
    'tag-value-refused': [
      'airlock.yaml:12:7 tags: has a value of "team" that AWS refuses: write at most 256 letters, digits, spaces and _ . : / = + - @',
    ],
    'transit-gateway-missing': [
      'airlock.yaml:5:3 network.transitGateway: is missing: add the id of the Transit Gateway, such as tgw-0123456789abcdef0',
    ],
    'transit-gateway-no-id': [
      'airlock.yaml:8:19 network.transitGateway: "central" is not the id of a Transit Gateway: write one such as "tgw-0123456789abcdef0"',
    ],
    'transit-gateway-unused': [
      'airlock.yaml:8:19 network.transitGateway: "tgw-0123456789abcdef0" has no effect unless egress is transit-gateway: remove it, or write egress: transit-gateway',
    ],
    'access-boolean': [
      'airlock.yaml:11:9 access: false must be one of instance-connect, none: write one of them',
    ],
    'account-is-number': [
      'airlock.yaml:2:36 env.account: "012345678901" must be text, not a number: put it in quotes: "012345678901"',
    ],
    'account-too-short': [
      'airlock.yaml:2:36 env.account: "12345" must be 12 digits: write the account number in quotes, without hyphens',
    ],
    'budget-text': [
      'airlock.yaml:12:23 budget.monthlyUsd: "300" must be a number: write a number without quotes',
    ],
    'cidr-leading-zero': [
      'airlock.yaml:5:9 network.cidr: "10.064.0.0/20" must be an IPv4 block: write one such as "10.64.0.0/20"',
    ],
    'cidr-malformed': [
      'airlock.yaml:5:9 network.cidr: "10.64.0.0" must be an IPv4 block: write one such as "10.64.0.0/20"',
    ],
    'cidr-not-base': [
      'airlock.yaml:5:9 network.cidr: "10.64.1.0/20" is not the first address of its block: write "10.64.0.0/20"',
    ],
    'cidr-public': [
      'airlock.yaml:5:9 network.cidr: "203.0.113.0/24" must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16: write a private block such as "10.64.0.0/20"',
    ],
    'cidr-too-large': [
      'airlock.yaml:5:9 network.cidr: "10.0.0.0/8" must be between /16 and /24: write "10.0.0.0/16"',
    ],
    'cidr-too-small': [
      'airlock.yaml:5:9 network.cidr: "10.0.0.0/28" must be between /16 and /24: write "10.0.0.0/24"',
    ],
    'dns-mode-unknown': [
      'airlock.yaml:6:8 network.dns: "firewalled" must be one of firewall, off: write "firewall"',
    ],
    'egress-mode-unknown': [
      'airlock.yaml:7:11 network.egress: "nat" must be one of address, nat-gateway, transit-gateway: write one of them',
    ],
    'mirror-is-address': [
      'airlock.yaml:10:8 mirrors.apt: "https://203.0.113.7/debian" is an IP address: write a host name: rules name hosts, not addresses',
    ],
    'mirror-not-address': [
      'airlock.yaml:10:8 mirrors.apt: "mirror.example.com/debian" is not an address: write one such as "https://mirror.example.com/debian"',
    ],
    'mirror-plaintext': [
      'airlock.yaml:10:8 mirrors.apt: "http://mirror.example.com/debian" must begin with "https://": write an HTTPS address: plaintext never leaves the proxy box (NET-6)',
    ],
    'mirror-unknown': ['airlock.yaml:10:3 mirrors.atp: is not a setting: write "apt"'],
    'mirror-wildcard': [
      'airlock.yaml:10:8 mirrors.apt: "https://mirror.example.com/*" has a path that is not plain: write segments of a-z, A-Z, 0-9, ".", "_", "~" and "-" between single slashes',
    ],
    'mirror-with-credentials': [
      'airlock.yaml:10:8 mirrors.apt: must not carry a user or password: remove what stands before "@"',
    ],
    'mirror-with-port': [
      'airlock.yaml:10:8 mirrors.apt: "https://mirror.example.com:8443/debian" must not name a port: remove it: only 443 leaves the proxy box',
    ],
    'mirror-with-query': [
      'airlock.yaml:10:8 mirrors.apt: "https://mirror.example.com/debian?x=1" must not have a query or fragment: remove what begins with "?" or "#"',
    ],
    'mirror-without-path': [
      'airlock.yaml:10:8 mirrors.apt: "https://mirror.example.com" must end in the archive\'s path: write one such as "https://mirror.example.com/debian"',
    ],
    'network-missing': [
      'airlock.yaml:1:1 network: is missing: add it: the network that all agents of the stack share',
    ],
    'notify-empty': [
      'airlock.yaml:3:9 notify: is an empty list: name at least one, or leave the setting out where that is allowed',
    ],
    'notify-not-mail': [
      'airlock.yaml:3:10 notify[0]: "security@example" is not a mail address: write one such as "security@example.com"',
    ],
    'notify-ten': ['airlock.yaml:3:9 notify: has 10 items, more than 9: keep at most 9'],
    'region-malformed': [
      'airlock.yaml:2:16 env.region: "us-east" is not an AWS region: write its code, such as "us-east-1"',
    ],
    'region-misspelt': [
      'airlock.yaml:2:16 env.region: "us-esat-1" is not an AWS region: write its code, such as "us-east-1"',
    ],
    'region-of-china': [
      'airlock.yaml:2:16 env.region: "cn-north-1" belongs to AWS China, which Airlock does not support: its images, ARNs and endpoints are those of the partition aws, and nothing was checked elsewhere: choose a region of the partition aws, such as "us-east-1"',
    ],
    'region-of-govcloud': [
      'airlock.yaml:2:16 env.region: "us-gov-west-1" belongs to AWS GovCloud, which Airlock does not support: its images, ARNs and endpoints are those of the partition aws, and nothing was checked elsewhere: choose a region of the partition aws, such as "us-east-1"',
    ],
    'region-without-schemas': [
      `airlock.yaml:2:16 env.region: "me-south-1" is not a region that this release supports: ${REGIONS.source} has no resource types for it: choose one of ${Object.keys(REGIONS.regions).join(', ')}`,
    ],
    'resolver-documentation': [
      'airlock.yaml:8:15 network.resolvers[0]: "192.0.2.1" is not a public address: write the address of a public DNS server',
    ],
    'resolver-is-name': [
      'airlock.yaml:8:15 network.resolvers[0]: "dns.example.com" must be an IPv4 address: write the address of a public DNS server',
    ],
    'resolver-link-local': [
      'airlock.yaml:8:15 network.resolvers[0]: "169.254.169.253" is not a public address: write the address of a public DNS server',
    ],
    'resolver-private': [
      'airlock.yaml:8:15 network.resolvers[0]: "10.64.0.2" is not a public address: write the address of a public DNS server',
    ],
    'resolver-twice': ['airlock.yaml:8:14 network.resolvers: names "9.9.9.9" twice: remove one of the two'],
    'resolvers-five': ['airlock.yaml:8:14 network.resolvers: has 5 items, more than 4: keep at most 4'],
    'setting-unknown': ['airlock.yaml:11:1 acces: is not a setting: write "access"'],
    'stack-name-aws': [
      'airlock.yaml:1:7 name: "aws-agents" must not begin with "aws" or "ssm", because its parameters are named after it: choose another name, such as "airlock"',
    ],
    'stack-name-upper-case': [
      'airlock.yaml:1:7 name: "Airlock" must be lower-case words joined by hyphens, beginning with a letter: write "airlock"',
    ],
    'updates-day-short': [
      'airlock.yaml:13:17 updates.day: "sun" must be one of sunday, monday, tuesday, wednesday, thursday, friday, saturday: write one of them',
    ],
    'updates-hour-24': [
      'airlock.yaml:13:18 updates.hour: 24 must be a whole number from 0 to 23: write a whole number (the hour, UTC) in that range',
    ],
    'updates-hour-fraction': [
      'airlock.yaml:13:18 updates.hour: 4.5 must be a whole number from 0 to 23: write a whole number (the hour, UTC) in that range',
    ],
    'updates-unknown': [
      'airlock.yaml:13:12 updates.at: is not a setting: remove it: known here are day, hour',
    ],
    'zone-local': [
      'airlock.yaml:2:33 env.zone: "us-east-1-bos-1a" is not an availability zone of us-east-1: write one such as "us-east-1a"',
    ],
    'zone-of-other-region': [
      'airlock.yaml:2:33 env.zone: "us-west-2a" is not an availability zone of us-east-1: write one such as "us-east-1a"',
    ],
    'zone-without-region': [
      'airlock.yaml:2:14 env.zone: "us-east-1a" is named without a region: add env.region, or remove the zone',
    ],
  },
  agent: {
    'custom-command-two-lines': [
      'agents/scout.yaml:8:20 custom.command: "agent\\nrm" is not one line of printable ASCII: write a shell command line',
    ],
    'custom-missing': [
      'agents/scout.yaml:1:1 custom: is missing: add custom: { command: …, install: … }: what starts the agent, and what installs it',
    ],
    'custom-of-another-runtime': [
      'agents/scout.yaml:8:9 custom: has no effect with the runtime hermes: remove it, or write runtime: custom',
    ],
    'mcp-server-name': [
      'agents/scout.yaml:8:22 mcpServers[0].name: "do cs" is not a name: write lower-case letters, digits and hyphens',
    ],
    'mcp-server-plaintext': [
      'agents/scout.yaml:8:33 mcpServers[0].url: "http://mcp.example.com/" is not an address: write one such as "https://mcp.example.com/mcp"',
    ],
    'model-missing': [
      'agents/scout.yaml:1:1 model: is missing: openclaw has no default for openai: add model: the id of one, as openai calls it',
    ],
    'model-not-of-bedrock': [
      'agents/scout.yaml:8:8 model: "anthropic.claude-opus-4-5" is none of the models that the agent\'s bedrock preset names: name it there too, under with: models or inferenceProfiles',
    ],
    'model-with-blank': [
      'agents/scout.yaml:8:8 model: "claude sonnet" is not a model id: write it as the provider does',
    ],
    'skill-hash-upper-case': [
      'agents/scout.yaml:8:49 skills[0].sha256: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" is not a SHA-256 in lower-case hex: compute it as docs/RUNTIMES.md says',
    ],
    'skill-name-climbs': [
      'agents/scout.yaml:8:18 skills[0].name: "../notes" is not a name: write the name of the skill\'s directory',
    ],
    'skills-of-custom': [
      "agents/scout.yaml:9:9 skills: has no effect with the runtime custom: the kit doesn't know where its skills are: remove it",
    ],
    'transcripts-for-ever': [
      'agents/scout.yaml:8:22 transcripts.days: 0 must be a whole number from 1 to 365: write a whole number (days) in that range',
    ],
    'transcripts-of-custom': [
      "agents/scout.yaml:9:14 transcripts: has no effect with the runtime custom: the kit doesn't know where its transcripts are: remove it",
    ],
    'alerts-descending': [
      'agents/scout.yaml:16:49 budget.alertsAtPercent[1]: 50 is lower than the one before it: write them ascending: [50, 80]',
    ],
    'alerts-eleven': [
      'agents/scout.yaml:16:44 budget.alertsAtPercent: has 11 items, more than 10: keep at most 10',
    ],
    'alerts-fraction': [
      'agents/scout.yaml:16:45 budget.alertsAtPercent[0]: 12.5 must be a whole number from 1 to 100: write a whole number (percent) in that range',
    ],
    'alerts-over-hundred': [
      'agents/scout.yaml:16:45 budget.alertsAtPercent[0]: 101 must be a whole number from 1 to 100: write a whole number (percent) in that range',
    ],
    'alerts-twice': ['agents/scout.yaml:16:44 budget.alertsAtPercent: names 50 twice: remove one of the two'],
    'bidirectional-text': [
      "agents/scout.yaml:4:29 holds a character that can't be seen (\\u{202e}): remove it",
    ],
    'budget-infinite': [
      'agents/scout.yaml:16:23 budget.monthlyUsd: is not a number that can be kept exactly (".inf"): write a smaller number',
    ],
    'budget-negative': [
      'agents/scout.yaml:16:23 budget.monthlyUsd: -5 must be an amount from 0.01 to 1000000, with at most two decimals: write US dollars a month, such as 50',
    ],
    'budget-zero': [
      'agents/scout.yaml:16:23 budget.monthlyUsd: 0 must be an amount from 0.01 to 1000000, with at most two decimals: write US dollars a month, such as 50',
    ],
    'builder-uses-channel': [
      'agents/scout.yaml:7:13 egress[0].preset: "telegram" is refused: a builder may only use presets for its model, registries, clones and updates: use such a preset, or make the agent a reader or an operator',
      'agents/scout.yaml:7:13 egress[0].preset: "telegram" is refused: a builder has no secret but its model\'s: remove it, or make the agent a reader or an operator',
    ],
    'builder-with-own-rule': [
      'agents/scout.yaml:7:9 egress[0].id: "read" is refused: a builder may only use presets for its model, registries, clones and updates: use such a preset, or make the agent a reader or an operator',
    ],
    'builder-with-own-secret': [
      "agents/scout.yaml:9:3 secrets.read-key: is refused: a builder has no secret but its model's: remove it, or make the agent a reader or an operator",
      'agents/scout.yaml:9:3 secrets.read-key: is a secret that no rule names: remove it, or name it in a rule',
    ],
    'control-character': ["agents/scout.yaml:4:11 holds a character that can't be seen (\\u{7}): remove it"],
    'egress-empty': [
      'agents/scout.yaml:6:9 egress: is an empty list: name at least one, or leave the setting out where that is allowed',
    ],
    'egress-entry-text': [
      'agents/scout.yaml:7:5 egress[0]: "api.example.com" must be a group of settings: write "key: value" lines below it',
    ],
    'egress-null': [
      'agents/scout.yaml:6:8 egress: null is empty, but must be a list: write a value, or remove the line',
    ],
    'formatter-line-break': [
      'agents/scout.yaml:15:41 secrets.read-key.inject.formatter: has a line break or a character outside printable ASCII: remove it: headers are one line of ASCII',
    ],
    'formatter-trim-marker': [
      'agents/scout.yaml:15:41 secrets.read-key.inject.formatter: has an action other than .Value and base64: write text and {{ .Value }}, {{ base64 .Value }} or {{ base64 "user:" .Value }}',
    ],
    'formatter-unclosed': [
      'agents/scout.yaml:15:41 secrets.read-key.inject.formatter: has "{{" or "}}" without its partner: write text and {{ .Value }}, {{ base64 .Value }} or {{ base64 "user:" .Value }}',
    ],
    'formatter-unknown-function': [
      'agents/scout.yaml:15:41 secrets.read-key.inject.formatter: has an action other than .Value and base64: write text and {{ .Value }}, {{ base64 .Value }} or {{ base64 "user:" .Value }}',
    ],
    'formatter-without-value': [
      'agents/scout.yaml:15:41 secrets.read-key.inject.formatter: never uses .Value, so the secret would not be sent: write text and {{ .Value }}, {{ base64 .Value }} or {{ base64 "user:" .Value }}',
    ],
    'header-content-length': [
      'agents/scout.yaml:15:23 secrets.read-key.inject.header: "Content-Length" is a header that no secret may go into, because it steers the request itself: name the header in which the API takes its credential, such as "Authorization"',
    ],
    'header-host': [
      'agents/scout.yaml:15:23 secrets.read-key.inject.header: "Host" is a header that no secret may go into, because it steers the request itself: name the header in which the API takes its credential, such as "Authorization"',
    ],
    'header-not-a-token': [
      'agents/scout.yaml:15:23 secrets.read-key.inject.header: "X Key" is not a header name: write letters, digits and hyphens only, such as "Authorization" or "X-Api-Key"',
    ],
    'high-risk-bypassed': [
      'agents/scout.yaml:16:11 egress[1].risk: "high" has no effect: rule "read" (line 7) lets the same request through without a grant: narrow the other rule, or make it high too',
    ],
    'host-any': [
      'agents/scout.yaml:8:11 egress[0].host: "*" matches every host: name the hosts the agent needs',
    ],
    'host-is-hex-address': [
      'agents/scout.yaml:8:11 egress[0].host: "0x7f000001" is an IP address: write a host name: rules name hosts, not addresses',
    ],
    'host-is-internal': [
      'agents/scout.yaml:8:11 egress[0].host: "metadata.google.internal" is a name of the inside of a network or machine: remove the rule: agents reach public hosts only',
    ],
    'host-is-ipv4': [
      'agents/scout.yaml:8:11 egress[0].host: "203.0.113.9" is an IP address: write a host name: rules name hosts, not addresses',
    ],
    'host-is-ipv6': [
      'agents/scout.yaml:8:11 egress[0].host: "2001:db8::1" is an IPv6 address: write a host name: rules name hosts, not addresses',
    ],
    'host-is-local': [
      'agents/scout.yaml:8:11 egress[0].host: "printer.local" is a name of the inside of a network or machine: remove the rule: agents reach public hosts only',
    ],
    'host-is-localhost': [
      'agents/scout.yaml:8:11 egress[0].host: "localhost" is a name of the inside of a network or machine: remove the rule: agents reach public hosts only',
    ],
    'host-not-ascii': [
      'agents/scout.yaml:8:11 egress[0].host: "bücher.example.com" has a character outside ASCII: write the name in its "xn--" form',
    ],
    'host-setting-unknown': ['agents/scout.yaml:5:34 host.rootGb: is not a setting: write "rootGiB"'],
    'host-single-label': [
      'agents/scout.yaml:8:11 egress[0].host: "intranet1" is not a full host name: write it with its domain, such as "intranet1.example.com"',
    ],
    'host-star-inside': [
      'agents/scout.yaml:8:11 egress[0].host: "api.*.example.com" has a "*" that is not the whole first label: write "*.example.com" or the full name',
    ],
    'host-trailing-dot': [
      'agents/scout.yaml:8:11 egress[0].host: "api.example.com." must not end with a dot: write "api.example.com"',
    ],
    'host-upper-case': [
      'agents/scout.yaml:8:11 egress[0].host: "API.example.com" must be lower case: write "api.example.com"',
    ],
    'host-wildcard-public-suffix': [
      'agents/scout.yaml:8:11 egress[0].host: "*.co.uk" is a wildcard over names that anybody can register: write the full name, or a wildcard below one owner\'s domain, such as "*.example.com"',
    ],
    'host-wildcard-with-secret': [
      'agents/scout.yaml:11:13 egress[0].secret: "read-key" would be sent to every host that "*.example.com" matches: name the one host that needs it',
    ],
    'host-with-path': [
      'agents/scout.yaml:8:11 egress[0].host: "api.example.com/v1" must be a host name without a path: write "api.example.com", and the path under paths',
    ],
    'host-with-port': [
      'agents/scout.yaml:8:11 egress[0].host: "api.example.com:8443" must be a host name without a port: write "api.example.com": only 443 leaves the proxy box',
    ],
    'host-with-scheme': [
      'agents/scout.yaml:8:11 egress[0].host: "https://api.example.com" must be a host name without a scheme: write "api.example.com"',
    ],
    'host-with-underscore': [
      'agents/scout.yaml:8:11 egress[0].host: "my_api.example.com" has an underscore, which no host name has: write the name the certificate carries',
    ],
    'host-with-user': [
      'agents/scout.yaml:8:11 egress[0].host: "user@api.example.com" must be a host name without a user: write "api.example.com"',
    ],
    'injection-nowhere': [
      'agents/scout.yaml:15:13 secrets.read-key.inject: does not say where the value goes: name exactly one of header, query and pathPlaceholder',
    ],
    'injection-twice': [
      'agents/scout.yaml:15:13 secrets.read-key.inject: names header and query: name exactly one of header, query and pathPlaceholder',
    ],
    'instance-type-first-graviton': [
      'agents/scout.yaml:5:23 host.instanceType: "a1.large" is not an arm64 (Graviton) type; images here are arm64, and another architecture would replace the machine (CHG-1): write one such as "t4g.large"',
    ],
    'instance-type-gpu-x86': [
      'agents/scout.yaml:5:23 host.instanceType: "g4dn.xlarge" is not an arm64 (Graviton) type; images here are arm64, and another architecture would replace the machine (CHG-1): write one such as "t4g.xlarge"',
    ],
    'instance-type-malformed': [
      'agents/scout.yaml:5:23 host.instanceType: "large" is not an EC2 instance type: write one such as "t4g.large" or "m7g.xlarge"',
    ],
    'instance-type-x86': [
      'agents/scout.yaml:5:23 host.instanceType: "t3.large" is not an arm64 (Graviton) type; images here are arm64, and another architecture would replace the machine (CHG-1): write one such as "t4g.large"',
    ],
    'limit-over-hundred': [
      'agents/scout.yaml:5:56 host.limits.cpuPercent: 120 must be a whole number from 10 to 100: write a whole number (percent) in that range',
    ],
    'method-connect': [
      'agents/scout.yaml:9:15 egress[0].methods[0]: "CONNECT" is the tunnel\'s own method: remove it: tunnels to allowed hosts are opened anyway',
    ],
    'method-lower-case': [
      'agents/scout.yaml:9:15 egress[0].methods[0]: "get" must be upper case: write "GET"',
    ],
    'method-star': [
      'agents/scout.yaml:9:15 egress[0].methods[0]: "*" means every method: name the methods, or leave methods out and say why in because',
    ],
    'method-trace': [
      'agents/scout.yaml:9:15 egress[0].methods[0]: "TRACE" must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PROPFIND, PROPPATCH, MKCOL, COPY, MOVE, LOCK, UNLOCK, REPORT, SEARCH, QUERY: name a method from that list',
    ],
    'method-twice': ['agents/scout.yaml:9:14 egress[0].methods: names "GET" twice: remove one of the two'],
    'methods-empty': [
      'agents/scout.yaml:9:14 egress[0].methods: is an empty list: name at least one, or leave the setting out where that is allowed',
    ],
    'methods-not-a-list': [
      'agents/scout.yaml:9:14 egress[0].methods: "GET" must be a list: put it in brackets, or each item on a line after "- "',
    ],
    'name-is-yes': [
      'agents/scout.yaml:1:7 name: true must be text, not true or false: put it in quotes: "true"',
    ],
    'name-not-file-name': [
      'agents/scout.yaml:1:7 name: "ranger" must be what the file is called, "scout": rename the file or write "scout"',
      'agents/scout.yaml:14:16 secrets.read-key.parameter: "/airlock/scout/read-key" must lie below "/airlock/ranger/", where its proxy box may read: write "/airlock/ranger/read-key"',
    ],
    'name-reserved': [
      'agents/scout.yaml:1:7 name: "box" is a name the kit uses itself: name the agent differently',
      'agents/scout.yaml:1:7 name: "box" must be what the file is called, "scout": rename the file or write "scout"',
    ],
    'name-too-long': [
      'agents/scout.yaml:1:7 name: "scout-with-a-very-long-name-indeed" is longer than 24 characters: choose a shorter name',
      'agents/scout.yaml:1:7 name: "scout-with-a-very-long-name-indeed" must be what the file is called, "scout": rename the file or write "scout"',
    ],
    'no-methods': [
      'agents/scout.yaml:7:5 egress[0].methods: are missing, so every method would pass: name the methods, or say in because why it has to be so wide',
    ],
    'no-paths': [
      'agents/scout.yaml:7:5 egress[0].paths: are missing, so every path would pass: name the paths, or say in because why it has to be so wide',
    ],
    'operator-write-without-risk': [
      'agents/scout.yaml:7:5 egress[0].risk: is missing: a rule that is not GET or HEAD only must state its risk: add risk: low (pass), medium (pass, and count as an action) or high (shut until granted)',
    ],
    'os-unknown': [
      'agents/scout.yaml:5:38 host.os: "debian13" must be one of debian-13, debian-12: write "debian-13"',
    ],
    'owner-not-mail': [
      'agents/scout.yaml:4:8 owner: "devrel" is not a mail address: write one such as "security@example.com"',
    ],
    'parameter-bad-character': [
      'agents/scout.yaml:14:16 secrets.read-key.parameter: is not a parameter name: write one such as "/airlock/scout/github-write-pat": a-z, A-Z, 0-9, "_", "." and "-" between slashes',
    ],
    'parameter-is-no-name': [
      'agents/scout.yaml:14:16 secrets.read-key.parameter: must be the name of a parameter, beginning with "/": write one such as "/airlock/scout/github-write-pat"',
    ],
    'parameter-of-another-agent': [
      'agents/scout.yaml:14:16 secrets.read-key.parameter: "/airlock/mender/read-key" must lie below "/airlock/scout/", where its proxy box may read: write "/airlock/scout/read-key"',
    ],
    'parameter-reserved': [
      'agents/scout.yaml:14:16 secrets.read-key.parameter: "/airlock/scout/ca/private-key" lies in a part of "/airlock/scout/" that the kit uses itself: name it anything but box, ca, policy',
    ],
    'parameter-shared': [
      'agents/scout.yaml:20:16 secrets.read-key.parameter: "/airlock/scout/read-key" is the parameter of the secret "other-key" in agents/scout.yaml too: give each secret a parameter of its own',
    ],
    'path-backslash': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/\\\\*" has a "\\": remove it: write a literal "*" as "[*]"',
    ],
    'path-dot-dot': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/../admin" has a "." or ".." segment, which is refused in every request: write the path it leads to',
    ],
    'path-double-slash': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1//items" has an empty segment ("//"): write "/v1/items"',
    ],
    'path-double-star': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/**" has "**", which means no more than "*": end the pattern with "/*" to cover everything below',
    ],
    'path-is-address': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "https://api.example.com/v1" must be a path, not an address: write the part that begins after the host',
    ],
    'path-negated-class': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/[^a]" has a negated class, which would match "/" as well: name the characters that are allowed',
    ],
    'path-open-class': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/[a-z" has a class of characters that is not valid: write one such as "[a-z0-9]"',
    ],
    'path-percent-escape': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/a%2fb" has a "%" escape: write the character itself: patterns are compared with the decoded path',
    ],
    'path-wildcard-before-subtree': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/*/items/*" has a wildcard before its last "/*", where it is taken literally: write one pattern for each depth, such as "/v1/*/items", without "/*" at the end',
    ],
    'path-with-fragment': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/items#top" has a "#": remove what follows it: fragments are never sent',
    ],
    'path-with-query': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/items?all=1" has a "?": remove it: queries are not matched, and one character of a segment is written as a class',
    ],
    'path-without-slash': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "repos/*" must start with "/": write "/repos/*"',
    ],
    'placeholder-not-in-path': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/v1/*" does not hold the placeholder of the secret "read-key": write the placeholder where the value belongs, or name no secret',
    ],
    'placeholder-too-short': [
      'agents/scout.yaml:15:32 secrets.read-key.inject.pathPlaceholder: is not a placeholder for a path: write 8 to 128 of a-z, A-Z, 0-9, ":", "_", "-" and at least one ";", such as "place;holder"',
    ],
    'placeholder-with-formatter': [
      'agents/scout.yaml:15:60 secrets.read-key.inject.formatter: has no effect beside pathPlaceholder, where the bare value goes: remove it',
    ],
    'preset-bedrock-wildcard-model': [
      'agents/scout.yaml:8:41 egress[0].with.models[0]: "anthropic.*" is not a Bedrock model id: write one such as "anthropic.claude-haiku-4-5-20251001-v1:0"',
    ],
    'preset-bedrock-without-models': [
      'agents/scout.yaml:7:13 egress[0].preset: "bedrock" would open nothing as it is used here: name something under with: region, models, inferenceProfiles',
    ],
    'preset-mirror-missing': [
      'agents/scout.yaml:7:13 egress[0].preset: "npm-install" needs mirrors.npm, which airlock.yaml does not set: add "npm: https://…" under mirrors in airlock.yaml: the kit names no mirror itself',
    ],
    'preset-misspelt-key': ['agents/scout.yaml:8:5 egress[0].wiht: is not a setting: write "with"'],
    'preset-parameter-missing': [
      'agents/scout.yaml:7:5 egress[0].with.repositories: is missing: the preset "github-clone" needs it: add it under with: repositories as owner/name',
    ],
    'preset-parameter-unknown': [
      'agents/scout.yaml:8:46 egress[0].with.branch: is not something the preset "github-clone" asks for: remove it: it asks for repositories',
    ],
    'preset-profile-without-regions': [
      'agents/scout.yaml:8:52 egress[0].with.inferenceProfiles[0]: "us.anthropic.claude-x" must be an inference profile with the regions it routes to: write { id: us.anthropic.claude-…, regions: [us-east-1, us-east-2, us-west-2] }',
    ],
    'preset-repository-bad': [
      'agents/scout.yaml:8:28 egress[0].with.repositories[0]: "example/project.git" is not a repository (without ".git"): write one such as "example/project"',
    ],
    'preset-secret-elsewhere': [
      'agents/scout.yaml:12:13 egress[1].secret: "anthropic-api-key" belongs to the preset "anthropic", whose hosts are api.anthropic.com: give the rule a secret of its own',
    ],
    'preset-secret-with-injection': [
      'agents/scout.yaml:14:32 secrets.anthropic-api-key.inject: belongs to the preset "anthropic", which says where the value goes: remove inject',
    ],
    'preset-twice': [
      'agents/scout.yaml:8:13 egress[1].preset: "anthropic" is used twice: keep one entry, and give it the values of both',
    ],
    'preset-unknown': [
      'agents/scout.yaml:7:13 egress[0].preset: "antropic" is not a preset: there are anthropic, bedrock, claude-code-install, codex-install, debian-updates, github-clone, hermes-install, npm-install, openai, openrouter, pypi-install, telegram: write "anthropic"',
    ],
    'proxy-instance-type-x86': [
      'agents/scout.yaml:6:24 proxy.instanceType: "m5.large" is not an arm64 (Graviton) type; images here are arm64, and another architecture would replace the machine (CHG-1): write one such as "t4g.large"',
    ],
    'query-name-bad': [
      'agents/scout.yaml:15:22 secrets.read-key.inject.query: "a=b" is not the name of a query parameter: write 1 to 64 of a-z, A-Z, 0-9, "_", ".", "~" and "-"',
    ],
    'reader-clones': [
      'agents/scout.yaml:7:13 egress[0].preset: "github-clone" is refused: a reader may only GET and HEAD, besides its model\'s API: keep GET and HEAD only, or make the agent an operator',
    ],
    'reader-uses-channel': [
      'agents/scout.yaml:7:13 egress[0].preset: "telegram" is refused: a reader may only GET and HEAD, besides its model\'s API: keep GET and HEAD only, or make the agent an operator',
    ],
    'reader-writes': [
      "agents/scout.yaml:9:14 egress[0].methods: is refused: a reader may only GET and HEAD, besides its model's API: keep GET and HEAD only, or make the agent an operator",
    ],
    'reason-too-short': [
      'agents/scout.yaml:11:14 egress[0].because: "why not" must be a reason of 10 to 500 characters: say why the rule has to be this wide',
    ],
    'role-missing': [
      'agents/scout.yaml:1:1 role: is missing: add it: what bounds its rules: reader (GET and HEAD), builder (presets only) or operator (writes, with a stated risk)',
    ],
    'root-disk-too-small': [
      'agents/scout.yaml:5:43 host.rootGiB: 4 must be a whole number from 8 to 16384: write a whole number (GiB) in that range',
    ],
    'rule-id-twice': [
      'agents/scout.yaml:12:9 egress[1].id: "read" is the id of rule "read" (line 7) too: give each rule its own id',
    ],
    'rule-key-misspelt': ['agents/scout.yaml:10:5 egress[0].path: is not a setting: write "paths"'],
    'runtime-unknown': [
      'agents/scout.yaml:2:10 runtime: "hermess" must be one of hermes, openclaw, claude-code, codex, custom: write "hermes"',
    ],
    'secret-id-upper-case': [
      'agents/scout.yaml:11:13 egress[0].secret: must be lower-case words joined by hyphens, beginning with a letter: write the id of a secret, such as "github-read-pat"',
      'agents/scout.yaml:13:3 secrets.Read-Key: has a key that must be lower-case words joined by hyphens, beginning with a letter: write the id of a secret, such as "github-read-pat"',
    ],
    'secret-unknown': [
      'agents/scout.yaml:16:13 egress[1].secret: "read-kye" is not one of the agent\'s secrets: write "read-key"',
    ],
    'secret-unused': [
      'agents/scout.yaml:13:3 secrets.spare-key: is a secret that no rule names: remove it, or name it in a rule',
    ],
    'secret-without-injection': [
      'agents/scout.yaml:14:5 secrets.read-key.inject: is missing: add where the value goes: inject: { header: Authorization, formatter: "Bearer {{ .Value }}" }',
    ],
    'secret-without-parameter': [
      'agents/scout.yaml:14:5 secrets.read-key.parameter: is missing: add "parameter: /airlock/scout/read-key"',
    ],
    'secrets-conflict': [
      'agents/scout.yaml:16:13 egress[1].secret: "items-key" would go out together with the secret "read-key": rule "read" (line 7) can match the same request: make hosts, methods or paths of the two rules differ, or give them one secret',
    ],
    'shared-host-any-path': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/*" does not say whose part of api.github.com is meant, a host that many tenants share: spell out the first 2 segments of the path, or say in because why it has to be so wide',
    ],
    'shared-host-wildcard-class': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/ap[i]/chat" does not say whose part of slack.com is meant, a host that many tenants share: spell out the first segment of the path, or say in because why it has to be so wide',
    ],
    'shared-host-wildcard-host': [
      'agents/scout.yaml:8:11 egress[0].host: "*.amazonaws.com" is a wildcard over hosts that many tenants share: name the hosts, or say in because why it has to be so wide',
    ],
    'shared-host-wildcard-tenant': [
      'agents/scout.yaml:10:13 egress[0].paths[0]: "/repos/*" does not say whose part of api.github.com is meant, a host that many tenants share: spell out the first 2 segments of the path, or say in because why it has to be so wide',
    ],
    'state-from-is-backup-arn': [
      'agents/scout.yaml:5:45 host.stateFrom: "arn:aws:backup:us-east-1:123456789012:recovery-point:4f2c8a1e" is not the recovery point of an EBS volume, whose ARN ends in snapshot/snap-…: write "vol-…", "snap-…" or "arn:aws:ec2:<region>::snapshot/snap-…"; "airlock retained" lists them',
    ],
    'state-from-not-a-source': [
      'agents/scout.yaml:5:45 host.stateFrom: "vol-123" is neither a volume nor a snapshot nor the recovery point of one: write "vol-…", "snap-…" or "arn:aws:ec2:<region>::snapshot/snap-…"; "airlock retained" lists them',
    ],
    'state-from-of-other-region': [
      'agents/scout.yaml:5:45 host.stateFrom: "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0" is a recovery point of eu-west-1, and the stack is in us-east-1: copy its snapshot to us-east-1 ("aws ec2 copy-snapshot"), and name the copy',
    ],
    'state-volume-text': [
      'agents/scout.yaml:5:44 host.stateGiB: "50" must be a number: write a number without quotes',
    ],
    'ttl-not-a-duration': [
      'agents/scout.yaml:16:10 secrets.read-key.ttl: "15 minutes" is not a duration: write hours, minutes and seconds such as "15m" or "1h30m"',
    ],
    'ttl-too-long': [
      'agents/scout.yaml:16:10 secrets.read-key.ttl: "48h" must be from 1m to 24h: write a duration in between, such as "15m"',
    ],
    'ttl-too-short': [
      'agents/scout.yaml:16:10 secrets.read-key.ttl: "30s" must be from 1m to 24h: write a duration in between, such as "15m"',
    ],
    'wildcard-covers-shared-host': [
      'agents/scout.yaml:8:11 egress[0].host: "*.telegram.org" is a wildcard over hosts that many tenants share: name the hosts, or say in because why it has to be so wide',
    ],
    'yaml-alias': [
      'agents/scout.yaml:5:7 host: is a YAML alias ("*host"), which hides a value: write the value out',
    ],
    'yaml-anchor': [
      'agents/scout.yaml:5:13 host: has a YAML anchor ("&host"): remove it, and write values out where they are used',
    ],
    'yaml-anchor-and-alias': [
      'agents/scout.yaml:4:12 owner: has a YAML anchor ("&me"): remove it, and write values out where they are used',
      'agents/scout.yaml:16:8 proxy: is a YAML alias ("*me"), which hides a value: write the value out',
    ],
    'yaml-colon-twice': ['agents/scout.yaml:4:8 has a second ":" in one line: put the value in quotes'],
    'yaml-custom-tag': ['agents/scout.yaml:1:7 uses a YAML tag: remove it'],
    'yaml-directive': [
      'agents/scout.yaml:1:1 starts with a YAML directive: remove the line that starts with "%"',
    ],
    'yaml-duplicate-key': ['agents/scout.yaml:4:1 names the key "role" twice: remove one of the two'],
    'yaml-huge-number': [
      'agents/scout.yaml:16:23 budget.monthlyUsd: is not a number that can be kept exactly ("123456789012345678901234567890"): write a smaller number',
    ],
    'yaml-list-at-top': [
      'agents/scout.yaml:1:1 must be a group of settings: write "key: value" lines below it',
    ],
    'yaml-merge-key': ['agents/scout.yaml:5:9 host: has a YAML merge key ("<<"): write the values out'],
    'yaml-nested-too-deep': [
      'agents/scout.yaml:16:29 budget.alertsAtPercent[0]: must be a number: write a number without quotes',
      'agents/scout.yaml:16:51 budget.alertsAtPercent[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: is nested more than 24 levels deep: flatten it',
    ],
    'yaml-number-key': [
      'agents/scout.yaml:16:11 budget: has a key that is not plain text: write "key: value", the key in quotes if it is a number',
    ],
    'yaml-proto-key': ['agents/scout.yaml:2:1 has a key that no setting is called ("__proto__"): remove it'],
    'yaml-tab': ['agents/scout.yaml:7:1 is indented with a tab: indent with spaces: YAML does not take tabs'],
    'yaml-tag': ['agents/scout.yaml:1:13 name: has a YAML tag: remove it'],
    'yaml-text-at-top': [
      'agents/scout.yaml:1:1 "just some words" must be a group of settings: write "key: value" lines below it',
    ],
    'yaml-two-documents': [
      'agents/scout.yaml:17:1 holds more than one YAML document: remove the "---" and what does not belong here',
    ],
    'yaml-unclosed-bracket': [
      'agents/scout.yaml:10:5 is indented wrongly here, or a bracket before it is not closed: align it with its neighbours, and close every bracket',
    ],
    'yaml-unclosed-quote': [
      'agents/scout.yaml:8:27 misses a quote, bracket or brace: close what was opened before here',
    ],
  },
  preset: {
    'preset-action-of-other-service': [
      'presets/house-model.yaml:9:14 rules[0].awsAuth: names the action "iam:PassRole" of another service: name actions of s3 only',
    ],
    'preset-kind-unknown': [
      'presets/house-model.yaml:2:7 kind: "modell" must be one of model, registry, clone, updates, channel: write "model"',
    ],
    'preset-name-not-file-name': [
      'presets/house-model.yaml:1:7 name: "other-model" must be what the file is called, "house-model": rename the file or write "house-model"',
    ],
    'preset-rule-id-twice': [
      'presets/house-model.yaml:11:9 rules[1].id: "ask" is the id of another rule too: give each rule its own id',
    ],
    'preset-secret-unknown': [
      'presets/house-model.yaml:9:13 rules[0].secret: "hause-key" is not a secret of this preset: add it under secrets',
    ],
    'preset-secret-unused': [
      'presets/house-model.yaml:12:5 secrets.house-key: is a secret that no rule names: remove it, or name it in a rule',
    ],
    'preset-service-refused': [
      'presets/house-model.yaml:9:25 rules[0].awsAuth.service: "iam" must be one of bedrock, dynamodb, execute-api, lambda, s3, sns, sqs: write one of them',
    ],
    'preset-undeclared-mirror': [
      'presets/house-model.yaml:5:9 rules[0].id: "ask" uses ${mirror}, which the preset does not declare: add mirror: apt, npm or pypi',
    ],
    'preset-undeclared-parameter': [
      'presets/house-model.yaml:5:9 rules[0].id: "ask" uses ${with.where}, which the preset does not declare: add it under with',
    ],
    'preset-unknown-variable': [
      'presets/house-model.yaml:6:11 rules[0].host: "${region}.example.com" has an unknown variable "${region}": use ${with.<parameter>}, ${mirror.host}, ${mirror.path} or ${mirror.security}',
    ],
    'preset-unused-parameter': [
      'presets/house-model.yaml:5:10 with.extra: is asked for but used by no rule: remove it',
    ],
    'preset-wildcard-action': [
      'presets/house-model.yaml:9:58 rules[0].awsAuth.actions[0]: "s3:*" is not one exact IAM action: write one such as "bedrock:InvokeModel", without "*" (IAM-2)',
    ],
    'preset-wildcard-resource': [
      'presets/house-model.yaml:9:87 rules[0].awsAuth.resources[0]: "*" is not one exact resource: write an ARN beginning with "arn:${partition}:", without "*" (IAM-2)',
    ],
    'preset-write-without-risk': [
      'presets/house-model.yaml:5:5 rules[0].risk: is missing: the rule is not GET or HEAD only: add risk: low, medium or high',
    ],
  },
  'images-lock': {
    'image-id-malformed': [
      'images.lock.json:4:84 images[0].imageId: "ami-latest" is not an image id: run "npx airlock images pin" again',
    ],
    'machine-pinned-twice': [
      'images.lock.json:5:5 images[1]: pins the agent-host of "scout" in us-east-1 a second time: remove one of the two lines',
    ],
    'not-json': [
      'images.lock.json:1:1 is not JSON: restore it from version control, or delete it and pin again',
    ],
    'created-is-a-time': [
      'images.lock.json:4:120 images[0].created: "2025-11-05T01:02:03Z" is not a day such as 2026-11-20: run "npx airlock images pin" again',
    ],
    'release-is-latest': [
      'images.lock.json:4:31 amazonLinux.release: "latest" is not a release such as "2023.9.20251105": run "npx airlock images pin --refresh"',
    ],
    'version-unknown': ['images.lock.json:2:14 version: 2 must be 1: write 1'],
  },
  'software-lock': {
    'address-plaintext': [
      'software.lock.json:1:45 ironProxy.url: "http://example.com/iron-proxy.tar.gz" is not an HTTPS address: run "npx airlock software pin" again',
    ],
    'digest-too-short': [
      'software.lock.json:1:96 ironProxy.sha256: "0000000000000000000000000000000000000000" is not a SHA-256 in lower-case hex: run "npx airlock software pin" again',
    ],
    'version-is-latest': [
      'software.lock.json:1:29 ironProxy.version: "latest" is not a version: run "npx airlock software pin" again',
    ],
  },
};
