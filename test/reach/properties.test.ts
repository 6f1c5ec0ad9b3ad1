import fc from 'fast-check';
import { reach } from '../../lib/reach';
import { boxCovers } from '../../lib/reach/address/box';
import { computeFlows } from '../../lib/reach/flows/flows';
import { between } from '../../lib/reach/flows/pairs';
import type { Flow } from '../../lib/reach/flows/piece';
import { readNetwork } from '../../lib/reach/network/network';
import { readDocument } from '../../lib/reach/template/document';
import { Template } from '../../lib/reach/template/template';
import { fixture, type Json } from './support';

function networkOf(template: unknown) {
  const read = readDocument(template);
  if (!read.ok) throw new Error(read.problems.join('; '));
  return readNetwork(new Template(read.document));
}

interface Rule {
  readonly protocol: 'tcp' | 'udp' | '-1';
  readonly from: number;
  readonly to: number;
  /** A block, or the name of a group. */
  readonly peer: string;
}

interface AclEntry extends Rule {
  readonly number: number;
  readonly action: 'allow' | 'deny';
  readonly egress: boolean;
}

/** Two machines with fixed addresses in two subnets, or in one. */
interface World {
  readonly together: boolean;
  readonly out: readonly Rule[];
  readonly into: readonly Rule[];
  readonly acls: { readonly A: readonly AclEntry[]; readonly B: readonly AclEntry[] };
}

const ADDRESS = { A: '10.0.0.4', B: '10.0.1.5', together: '10.0.0.5' };
const PORTS = [0, 22, 443, 1023, 1024, 32768, 50000, 60999, 65535];

const port = fc.constantFrom(...PORTS);
const peerBlock = fc.constantFrom('0.0.0.0/0', '10.0.0.0/16', '10.0.0.0/24', '10.0.1.0/24', '10.0.0.4/32', '10.0.0.5/32', '10.0.1.4/30', '192.0.2.0/24');
const ruleOf = (peer: fc.Arbitrary<string>): fc.Arbitrary<Rule> =>
  fc.tuple(fc.constantFrom('tcp' as const, 'udp' as const, '-1' as const), port, port, peer).map(([protocol, a, b, peer]) => ({
    protocol,
    from: Math.min(a, b),
    to: Math.max(a, b),
    peer,
  }));
const groupRule = ruleOf(fc.oneof(peerBlock, fc.constantFrom('GroupA', 'GroupB')));
const aclEntry: fc.Arbitrary<AclEntry> = fc
  .tuple(ruleOf(peerBlock), fc.integer({ min: 1, max: 30 }), fc.constantFrom('allow' as const, 'deny' as const), fc.boolean())
  .map(([rule, number, action, egress]) => ({ ...rule, number, action, egress }));
const acl = fc.uniqueArray(aclEntry, { maxLength: 7, selector: (entry) => `${entry.egress} ${entry.number}` });
const rules = fc.array(groupRule, { minLength: 1, maxLength: 4 });
const world: fc.Arbitrary<World> = fc.record({
  together: fc.boolean(),
  out: rules,
  into: rules,
  acls: fc.record({ A: acl, B: acl }),
});

function ruleJson(rule: Rule, direction: 'Source' | 'Destination'): Json {
  const peer = rule.peer.includes('/')
    ? { CidrIp: rule.peer }
    : { [`${direction}SecurityGroupId`]: { 'Fn::GetAtt': [rule.peer, 'GroupId'] } };
  return { IpProtocol: rule.protocol, FromPort: rule.from, ToPort: rule.to, ...peer };
}

function templateOf({ together, out, into, acls }: World): Json {
  const none = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
  const group = (egress: Json[], ingress: Json[]) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupEgress: egress, SecurityGroupIngress: ingress },
  });
  const machine = (subnet: string, name: string, address: string) => ({
    Type: 'AWS::EC2::Instance',
    Properties: { SubnetId: { Ref: subnet }, SecurityGroupIds: [{ Ref: name }], PrivateIpAddress: address },
  });
  const subnet = (cidr: string) => ({ Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: cidr } });
  const resources: Json = {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    SubnetA: subnet('10.0.0.0/24'),
    SubnetB: subnet('10.0.1.0/24'),
    GroupA: group([none, ...out.map((rule) => ruleJson(rule, 'Destination'))], []),
    GroupB: group([none], into.map((rule) => ruleJson(rule, 'Source'))),
    A: machine('SubnetA', 'GroupA', ADDRESS.A),
    B: machine(together ? 'SubnetA' : 'SubnetB', 'GroupB', together ? ADDRESS.together : ADDRESS.B),
  };
  for (const name of ['A', 'B'] as const) {
    resources[`Acl${name}`] = { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId: { Ref: 'Vpc' } } };
    resources[`Acl${name}Association`] = {
      Type: 'AWS::EC2::SubnetNetworkAclAssociation',
      Properties: { SubnetId: { Ref: `Subnet${name}` }, NetworkAclId: { Ref: `Acl${name}` } },
    };
    acls[name].forEach((entry, index) => {
      resources[`Entry${name}${index}`] = {
        Type: 'AWS::EC2::NetworkAclEntry',
        Properties: {
          NetworkAclId: { Ref: `Acl${name}` },
          RuleNumber: entry.number,
          RuleAction: entry.action,
          Egress: entry.egress,
          Protocol: { tcp: 6, udp: 17, '-1': -1 }[entry.protocol],
          CidrBlock: entry.peer,
          ...(entry.protocol === '-1' ? {} : { PortRange: { From: entry.from, To: entry.to } }),
        },
      };
    });
  }
  return { Resources: resources };
}

/** AWS's rules once more, packet by packet and without any sets. */
const number = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
function inBlock(address: string, block: string): boolean {
  const [base = '', length] = block.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
const matches = (rule: Rule, protocol: string, destinationPort: number) =>
  rule.protocol === '-1' || (rule.protocol === protocol && rule.from <= destinationPort && destinationPort <= rule.to);
function aclLets(entries: readonly AclEntry[], egress: boolean, far: string, protocol: string, destinationPort: number) {
  const inOrder = entries.filter((entry) => entry.egress === egress).sort((a, b) => a.number - b.number);
  const first = inOrder.find((entry) => inBlock(far, entry.peer) && matches(entry, protocol, destinationPort));
  return first?.action === 'allow';
}
function groupLets(list: readonly Rule[], far: string, farGroup: string, protocol: string, destinationPort: number) {
  return list.some(
    (rule) => (rule.peer.includes('/') ? inBlock(far, rule.peer) : rule.peer === farGroup) && matches(rule, protocol, destinationPort),
  );
}

describe('two machines, against AWS packet by packet', () => {
  test('security groups and network ACLs let through exactly what the oracle does, replies included', () => {
    let passed = 0;
    fc.assert(
      fc.property(world, (each) => {
        const network = networkOf(templateOf(each));
        const [a, b] = ['A', 'B'].map((id) => network.machines.find((machine) => machine.id === id)?.interfaces[0]);
        if (a === undefined || b === undefined) throw new Error('no interface');
        const pieces = between(network, a, b);
        const there = each.together ? ADDRESS.together : ADDRESS.B;
        for (const [protocol, protocolNumber] of [['tcp', 6], ['udp', 17]] as const) {
          for (const destinationPort of PORTS) {
            const groups =
              groupLets(each.out, there, 'GroupB', protocol, destinationPort) &&
              groupLets(each.into, ADDRESS.A, 'GroupA', protocol, destinationPort);
            const acls =
              each.together ||
              (aclLets(each.acls.A, true, there, protocol, destinationPort) &&
                aclLets(each.acls.B, false, ADDRESS.A, protocol, destinationPort));
            const found = pieces.filter(({ box }) => {
              return (
                box.protocols[0] <= protocolNumber && protocolNumber <= box.protocols[1] &&
                box.ports[0] <= destinationPort && destinationPort <= box.ports[1]
              );
            });
            expect(found.length > 0).toBe(groups && acls);
            passed += found.length > 0 ? 1 : 0;
            for (const { replyPorts } of found) {
              const back = (source: number) =>
                each.together ||
                (aclLets(each.acls.B, true, ADDRESS.A, protocol, source) && aclLets(each.acls.A, false, there, protocol, source));
              const listed = (source: number) => replyPorts?.some(([from, to]) => from <= source && source <= to);
              const sources = replyPorts === undefined ? [32768, 50000, 60999] : PORTS;
              for (const source of sources) expect(listed(source) ?? true).toBe(back(source));
            }
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(passed).toBeGreaterThan(50); // or the property would say nothing
  });
});

/** Whether everything that flowed before still flows. */
function expectStill(before: readonly Flow[], after: readonly Flow[]): void {
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
          const corner = { ...flow.box, addresses: [address, address], protocols: [protocol, protocol], ports: [each, each] } as const;
          expect(same.some(({ box }) => boxCovers(box, corner))).toBe(true);
        }
      }
    }
  }
}

describe('laws of reach', () => {
  test('one more rule that allows never takes a destination away', () => {
    fc.assert(
      fc.property(world, groupRule, aclEntry, fc.constantFrom('out', 'into', 'A', 'B'), (each, rule, entry, where) => {
        const more: World = {
          ...each,
          ...(where === 'out' ? { out: [...each.out, rule] } : where === 'into' ? { into: [...each.into, rule] } : {}),
          acls: {
            A: where === 'A' ? [...each.acls.A, { ...entry, action: 'allow', number: 99 }] : each.acls.A,
            B: where === 'B' ? [{ ...entry, action: 'allow', number: 0 }, ...each.acls.B] : each.acls.B,
          },
        };
        expectStill(computeFlows(networkOf(templateOf(each))), computeFlows(networkOf(templateOf(more))));
      }),
      { numRuns: 60 },
    );
  });

  test('a network ACL that denies all parts subnets and nothing within one', () => {
    fc.assert(
      fc.property(world, (each) => {
        const pairs = (template: Json) =>
          computeFlows(networkOf(template)).filter((flow) => flow.party.kind === 'machine').map((flow) => flow.box);
        const closed = pairs(templateOf({ ...each, acls: { A: each.acls.A, B: [] } }));
        if (each.together) expect(closed).toEqual(pairs(templateOf(each)));
        else expect(closed).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  const UNKNOWN = { 'Fn::ImportValue': 'somewhere' };
  const WIDENED = ['CidrIp', 'CidrIpv6', 'FromPort', 'ToPort', 'IpProtocol', 'Protocol', 'RuleNumber', 'RuleAction', 'PortRange', 'DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'MapPublicIpOnLaunch', 'EnableDnsSupport', 'Entries', 'DestinationPrefixListId', 'FirewallFailOpen', 'FirewallRuleGroupId'];
  test.each(['egress-443-open', 'nacl-order', 'nacl-replies-partly', 'nat-gateway-acl', 'ipv6-egress-only', 'prefix-list', 'peering', 'group-reference', 'resolver-firewall', 'airlock-kit'])(
    'a value of %s that the template leaves open takes no destination away',
    (name) => {
      const before = computeFlows(networkOf(fixture(name)));
      const places = leavesOf(fixture(name)).filter((path) => WIDENED.includes(String(path.at(-1))));
      expect(places.length).toBeGreaterThan(0);
      for (const path of name === 'airlock-kit' ? places.filter((_, index) => index % 5 === 0) : places) {
        const template = fixture(name);
        const holder = path.slice(0, -1).reduce((value: Json, key) => value[key], template);
        holder[path.at(-1) as string] = UNKNOWN;
        expectStill(before, computeFlows(networkOf(template)));
      }
    },
  );
});

function leavesOf(value: Json, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [[...path, key], ...leavesOf(value[key], [...path, key])]);
}

describe('hostile input', () => {
  const settled = (template: unknown) => {
    const result = reach(template);
    if (!result.ok) return expect(result.problems.length).toBeGreaterThan(0);
    expect(() => JSON.stringify(result.report)).not.toThrow();
  };

  test('no JSON makes it throw', () => {
    fc.assert(fc.property(fc.jsonValue(), settled));
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (Resources) => settled({ Resources })));
  });

  const KIT = JSON.stringify(fixture('airlock-kit'));
  const KIT_PLACES = leavesOf(JSON.parse(KIT));
  test('no damage to a template makes it throw', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(null, [], {}, '', -1, { Ref: 'Vpc' }, { Ref: 'Nobody' }, { 'Fn::GetAtt': ['ScoutBox', 'PrivateIp'] }, { 'Fn::If': ['x', [], {}] }, { 'Fn::Sub': '${ScoutBox.PrivateIp}/32' }, { 'Fn::Select': [9, []] }, { 'Fn::Cidr': ['10.0.0.0/8', 256, 1] }),
    );
    const place = fc.constantFrom(...KIT_PLACES);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, odd), { minLength: 1, maxLength: 3 }), (changes) => {
        const template = JSON.parse(KIT);
        for (const [path, value] of changes) {
          const holder = path.slice(0, -1).reduce((each: Json, key) => (typeof each === 'object' && each !== null ? each[key] : undefined), template);
          if (typeof holder === 'object' && holder !== null) holder[path.at(-1) as string] = value;
        }
        settled(template);
      }),
      { numRuns: 150 },
    );
  });

  test('names that mean something to JavaScript mean nothing here', () => {
    const text = '{"Resources":{"__proto__":{"Type":"AWS::EC2::Instance","Properties":{"SubnetId":{"Ref":"constructor"},"__proto__":{"Ref":"__proto__"}}},"constructor":{"Type":"toString"}},"Parameters":{"constructor":{"Default":"x"}},"Mappings":{"__proto__":{}},"Conditions":{"hasOwnProperty":true}}';
    settled(JSON.parse(text));
    const result = reach(JSON.parse(text));
    expect(result.ok && result.report.machines.map((machine) => machine.id)).toEqual(['__proto__']);
  });

  test('circles and depth come to an end', () => {
    const around = (name: string) => ({ 'Fn::GetAtt': [name, 'CidrBlock'] });
    let deep: Json = 'x';
    for (let i = 0; i < 5000; i += 1) deep = { 'Fn::Join': ['', [deep]] };
    settled({
      Conditions: { One: { Condition: 'Two' }, Two: { 'Fn::Not': [{ Condition: 'One' }] } },
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Condition: 'One', Properties: { CidrBlock: around('Other') } },
        Other: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { 'Fn::Join': ['', [around('Vpc'), around('Vpc')]] } } },
        Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: deep } },
        Agent: { Type: 'AWS::EC2::Instance', Properties: { SubnetId: { Ref: 'Subnet' } } },
      },
    });
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'the template must be an object with "Resources", not null'],
    ['a list', [], 'the template must be an object with "Resources", not a list'],
    ['no resources', {}, 'Resources: the template has none, so it deploys nothing: pass a CloudFormation template'],
    ['resources as a list', { Resources: [] }, 'Resources: must be an object, not a list'],
    ['a resource as text', { Resources: { A: 'x' } }, 'Resources.A: must be an object with "Type", not a string'],
    ['a type as number', { Resources: { A: { Type: 1 } } }, 'Resources.A.Type: must be a text such as "AWS::EC2::Instance", not a number'],
    ['properties as a list', { Resources: { A: { Type: 'X', Properties: [] } } }, 'Resources.A.Properties: must be an object, not a list'],
    ['a condition as object', { Resources: { A: { Type: 'X', Condition: {} } } }, 'Resources.A.Condition: must be the name of a condition, not an object'],
    ['too many', { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`R${i}`, { Type: 'X' }])) }, 'Resources: 501 is more than the 500 that CloudFormation allows in a stack'],
  ])('%s is refused by name', (_name, template, problem) => {
    expect(reach(template)).toEqual({ ok: false, problems: [problem] });
  });
});
