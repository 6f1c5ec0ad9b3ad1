import fc from 'fast-check';
import { boxCovers } from '../../lib/reach/address/box';
import { computeFlows } from '../../lib/reach/flows/flows';
import type { Flow } from '../../lib/reach/flows/piece';
import { fixture, type Json, leavesOf } from './support';
import { aclEntry, groupRule, networkOf, templateOf, type World, world } from './world';

/** Whether everything that flowed before still flows. */
function expectStill(before: readonly Flow[], after: readonly Flow[]): void {
  const lost: Flow['box'][] = [];
  for (const flow of before) {
    const same = after.filter(
      (each) =>
        each.machine === flow.machine &&
        each.direction === flow.direction &&
        each.party.kind === flow.party.kind &&
        each.party.id === flow.party.id,
    );
    // Controls may cut the same packets differently: ask for the corners of the box.
    const { addresses, protocols, ports } = flow.box;
    for (const address of addresses) {
      for (const protocol of protocols) {
        for (const each of ports) {
          const corner = {
            ...flow.box,
            addresses: [address, address],
            protocols: [protocol, protocol],
            ports: [each, each],
          } as const;
          if (!same.some(({ box }) => boxCovers(box, corner))) lost.push(corner);
        }
      }
    }
  }
  expect(lost).toEqual([]);
}

describe('laws of reach', () => {
  test('one more rule that allows never takes a destination away', () => {
    fc.assert(
      fc.property(
        world,
        groupRule,
        aclEntry,
        fc.constantFrom('out', 'into', 'A', 'B'),
        (each, rule, entry, where) => {
          const more: World = {
            ...each,
            ...(where === 'out'
              ? { out: [...each.out, rule] }
              : where === 'into'
                ? { into: [...each.into, rule] }
                : {}),
            acls: {
              A: where === 'A' ? [...each.acls.A, { ...entry, action: 'allow', number: 99 }] : each.acls.A,
              B: where === 'B' ? [{ ...entry, action: 'allow', number: 0 }, ...each.acls.B] : each.acls.B,
            },
          };
          expectStill(computeFlows(networkOf(templateOf(each))), computeFlows(networkOf(templateOf(more))));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a network ACL that denies all parts subnets and nothing within one', () => {
    fc.assert(
      fc.property(world, (each) => {
        const pairs = (template: Json) =>
          computeFlows(networkOf(template))
            .filter((flow) => flow.party.kind === 'machine')
            .map((flow) => flow.box);
        const closed = pairs(templateOf({ ...each, acls: { A: each.acls.A, B: [] } }));
        if (each.together) expect(closed).toEqual(pairs(templateOf(each)));
        else expect(closed).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  const UNKNOWN = { 'Fn::ImportValue': 'somewhere' };
  const WIDENED = [
    'CidrIp',
    'CidrIpv6',
    'FromPort',
    'ToPort',
    'IpProtocol',
    'Protocol',
    'RuleNumber',
    'RuleAction',
    'PortRange',
    'DestinationCidrBlock',
    'DestinationIpv6CidrBlock',
    'MapPublicIpOnLaunch',
    'EnableDnsSupport',
    'Entries',
    'DestinationPrefixListId',
    'FirewallFailOpen',
    'FirewallRuleGroupId',
  ];
  test.each([
    'egress-443-open',
    'nacl-order',
    'nacl-replies-partly',
    'nat-gateway-acl',
    'ipv6-egress-only',
    'prefix-list',
    'peering',
    'group-reference',
    'resolver-firewall',
  ])('a value of %s that the template leaves open takes no destination away', (name) => {
    const before = computeFlows(networkOf(fixture(name)));
    const places = leavesOf(fixture(name)).filter((path) => WIDENED.includes(String(path.at(-1))));
    expect(places.length).toBeGreaterThan(0);
    for (const path of places) {
      const template = fixture(name);
      const holder = path.slice(0, -1).reduce((value: Json, key) => value[key], template);
      holder[path.at(-1) as string] = UNKNOWN;
      expectStill(before, computeFlows(networkOf(template)));
    }
  });
});
