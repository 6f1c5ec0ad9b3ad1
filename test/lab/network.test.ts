import { EVERY_V4, parseCidr } from '../../constructs/address/cidr';
import { matchOf } from '../../lab/network/plan/match';
import { planLab } from '../../lab/network/plan/read';
import { routerRoutes4 } from '../../lab/network/plan/router-routes';
import { routerRules } from '../../lab/network/plan/router-rules';
import { setupScript } from '../../lab/network/plan/setup-script';
import { SHUT, VARIANTS, weaken } from '../../lab/network/weakened/variants';
import { userDataText } from '../../lib/user-data-text';
import { FIXTURES } from '../support/templates';
import { chainOf, fixture, KIT, layout, planned, rolesIn } from './support';

const ROLES = rolesIn(KIT);
const RULES = routerRules(ROLES.plan);
const EVERY_TEMPLATE = [
  ['shipped', KIT] as const,
  ...Object.entries({ ...VARIANTS, ...SHUT }).map(([id, each]) => [id, weaken(KIT, each, ROLES)] as const),
];

/** Where the lab may have addresses: documentation, link-local, the guest's own link, and the VPC itself. */
const HARMLESS = [
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '169.254.0.0/16',
  '172.31.255.0/30',
  '2001:db8::/32',
  'fe80::/10',
];

function within(address: string, blocks: readonly string[]): boolean {
  const one = parseCidr(address.split('/')[0] as string);
  return blocks
    .map(parseCidr)
    .some(
      (block) =>
        one !== undefined &&
        block?.family === one.family &&
        block.addresses[0] <= one.addresses[0] &&
        one.addresses[0] <= block.addresses[1],
    );
}

describe('the lab is sealed', () => {
  test.each(EVERY_TEMPLATE)(
    '%s: no namespace has an address outside documentation, link-local and VPC blocks',
    (_, template) => {
      const plan = planned(template);
      const found = layout(template).namespaces.flatMap(({ addresses, addresses6 }) =>
        [...addresses, ...addresses6].flatMap((line) => /^address add (\S+)/.exec(line)?.[1] ?? []),
      );
      expect(found.length).toBeGreaterThan(20);
      expect(found.filter((address) => !within(address, [...HARMLESS, ...plan.vpcBlocks]))).toEqual([]);
    },
  );

  test.each(EVERY_TEMPLATE)('%s: both ends of every link are namespaces of the lab', (_, template) => {
    const { namespaces, links } = layout(template);
    const names = new Set(namespaces.map(({ name }) => name));
    expect(links.filter(({ at, to }) => !names.has(at) || !names.has(to))).toEqual([]);
  });

  test('the check sees a real address', () => {
    expect(within('9.9.9.9/32', HARMLESS)).toBe(false);
  });

  test('the public resolvers that the template names belong to no machine of the lab', () => {
    expect(ROLES.plan.namedResolvers.length).toBeGreaterThan(0);
    const lines = layout(KIT).namespaces.flatMap(({ addresses }) => addresses);
    for (const resolver of ROLES.plan.namedResolvers) {
      expect(lines.filter((line) => line.includes(`${resolver}/`))).toEqual([]);
    }
  });

  test('nothing from a template reaches a shell but numbers and addresses', () => {
    const scripts = layout(KIT).namespaces.map(setupScript).join('\n');
    const ids = ROLES.plan.network.template.resources.map(({ id }) => id);
    expect(ids.filter((id) => new RegExp(`\\b${id}\\b`).test(scripts))).toEqual([]);
  });
});

describe('what AWS enforces outside of the machines', () => {
  test('network ACLs never look at connection tracking, security groups come after it', () => {
    const acls = ROLES.plan.subnets.flatMap((_, index) => [
      ...chainOf(RULES, `acl_out_${index}`),
      ...chainOf(RULES, `acl_in_${index}`),
    ]);
    expect(acls.length).toBeGreaterThan(10);
    expect(acls.filter((line) => /\bct\b/.test(line))).toEqual([]);
    const through = chainOf(RULES, 'through');
    const [acl, state, groups] = ['jump acls', 'ct state established,related accept', 'jump groups'].map(
      (line) => through.indexOf(line),
    );
    expect(acl).toBeGreaterThan(-1);
    expect(acl).toBeLessThan(state as number);
    expect(state).toBeLessThan(groups as number);
  });

  test('network ACLs let in one kind of ICMP alone, where the internet answers', () => {
    const icmp = ROLES.plan.subnets.flatMap(({ id }, index) =>
      [`acl_out_${index}`, `acl_in_${index}`].flatMap((name) =>
        chainOf(RULES, name)
          .filter((line) => line.includes('l4proto 1 '))
          .map((line) => [id.includes('Proxies'), name.startsWith('acl_in'), line]),
      ),
    );
    expect(icmp.length).toBeGreaterThan(0);
    for (const [isProxies, isIn, line] of icmp) {
      expect([isProxies, isIn]).toEqual([true, true]);
      expect(line).toMatch(/ meta l4proto 1 @th,0,16 772 return$/);
    }
  });

  test('the resolver is offered unless DNS support is off', () => {
    const off = structuredClone(KIT);
    for (const { Type, Properties } of Object.values(off.Resources)) {
      if (Type === 'AWS::EC2::VPC' && Properties) Properties.EnableDnsSupport = false;
    }
    expect(chainOf(RULES, 'services').join()).toContain('dport 53 accept');
    expect(chainOf(routerRules(planned(off)), 'services').join()).not.toContain('dport 53');
  });

  test('instance metadata is told apart by link, never by source address', () => {
    const lines = chainOf(RULES, 'translate_in').filter((line) => line.includes('169.254.169.254'));
    expect(lines).toHaveLength(4);
    for (const line of lines)
      expect(line).toMatch(
        /^iifname "v\d+" ip daddr 169\.254\.169\.254 tcp dport 80 dnat ip to 169\.254\.171\.\d+$/,
      );
  });

  test('no IPv6 but where the template has it', () => {
    expect(ROLES.plan.v6).toBe(false);
    expect(layout(KIT).namespaces.flatMap(({ addresses6 }) => addresses6)).toEqual([]);
    expect(planned(weaken(KIT, VARIANTS.v6, ROLES)).v6).toBe(true);
  });
});

describe('what carries traffic and is not built is refused by name', () => {
  test.each([
    ['transit-gateway', 'a route to peer'],
    ['peering', '2 VPCs'],
    ['vpn', 'a route to vpn'],
    ['auto-scaling-group', 'AWS::AutoScaling::AutoScalingGroup'],
    ['gateway-endpoint-s3', 'a route to gateway-endpoint'],
    ['ipv6-egress-only', 'a route to egress-only-gateway'],
    ['other-interfaces', 'is not built'],
  ])('%s', (name, words) => {
    const result = planLab(fixture(name));
    expect(result.ok ? '' : result.problems.join('\n')).toContain(words);
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'x'],
    ['no resources', {}],
    ['a list', []],
  ])('%s is no template', (_, value) => {
    expect(planLab(value).ok).toBe(false);
  });

  test('a regional NAT gateway is built beside the subnets, without a network ACL', () => {
    const result = planLab(fixture('nat-gateway-regional'));
    const nat = result.ok ? result.plan.stations.find(({ kind }) => kind === 'nat-gateway') : undefined;
    expect(nat).toMatchObject({ v4: '192.0.0.4', publicV4: expect.any(String) });
    expect(result.ok && routerRules(result.plan)).toContain('acl_out_1');
    expect(result.ok && routerRoutes4(result.plan)).toContain(
      `route replace 0.0.0.0/0 via 192.0.0.4 dev ${nat?.link} onlink table 100`,
    );
    expect(result.ok && routerRoutes4(result.plan)).toContain(
      'route replace 0.0.0.0/0 via 192.0.2.254 dev igw onlink table 101',
    );
  });

  test('planning never throws, whatever the template', () => {
    for (const name of FIXTURES) {
      const result = planLab(fixture(name));
      if (result.ok) expect(routerRules(result.plan)).toContain('table inet lab');
    }
  });
});

describe('a rule becomes nftables text', () => {
  const to = (cidr: string) => parseCidr(cidr) ?? EVERY_V4;
  test.each([
    ['0.0.0.0/0', [0, 255], [0, 65535], 'meta nfproto ipv4'],
    ['10.0.0.0/8', [6, 6], [443, 443], 'ip daddr 10.0.0.0/8 meta l4proto 6 th dport 443'],
    ['10.1.2.3', [17, 17], [1024, 65535], 'ip daddr 10.1.2.3/32 meta l4proto 17 th dport 1024-65535'],
    ['0.0.0.0/0', [1, 1], [0, 65535], 'meta nfproto ipv4 meta l4proto 1'],
    ['0.0.0.0/0', [1, 1], [772, 772], 'meta nfproto ipv4 meta l4proto 1 @th,0,16 772'],
    ['0.0.0.0/0', [1, 1], [0, 771], 'meta nfproto ipv4 meta l4proto 1 @th,0,16 0-771'],
    ['0.0.0.0/0', [50, 50], [3, 3], 'meta nfproto ipv4 meta l4proto 50'],
    ['0.0.0.0/0', [18, 255], [0, 65535], 'meta nfproto ipv4 meta l4proto 18-255'],
    ['2001:db8::/32', [6, 6], [0, 65535], 'ip6 daddr 2001:db8::/32 meta l4proto 6'],
  ] as const)('%s %j %j', (cidr, protocols, ports, text) => {
    expect(matchOf({ ...to(cidr), protocols, ports }, 'daddr')).toBe(text);
  });

  test('a range that is no block is written as one', () => {
    const box = { family: 4, addresses: [1n, 6n], protocols: [6, 6], ports: [22, 22] } as const;
    expect(matchOf(box, 'saddr')).toBe('ip saddr 0.0.0.1-0.0.0.6 meta l4proto 6 th dport 22');
  });
});

test.each([
  ['plain', 'plain'],
  [{ 'Fn::Base64': 'x' }, 'x'],
  [{ 'Fn::Base64': { 'Fn::Join': ['', ['a', { Ref: 'B' }, 'c']] } }, 'a${…}c'],
  [undefined, '${…}'],
  [{ 'Fn::Join': 'nonsense' }, '${…}'],
])('user data %j reads %j', (value, text) => {
  expect(userDataText(value)).toBe(text);
});
