import { readAcl } from '../../lib/reach/network/acls';
import { readDocument } from '../../lib/reach/template/document';
import { Template } from '../../lib/reach/template/template';
import { MODES, templateOf } from '../stack/synthesise';

/** Of the incoming half of an ACL with these entries: types and codes of ICMP that pass, as `type*256+code` ranges. */
function icmpThrough(...entries: object[]): string[] {
  const Resources = Object.fromEntries([
    ['Acl', { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId: { Ref: 'Vpc' } } }],
    ['Vpc', { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } }],
    ...entries.map((entry, index) => [
      `Entry${index}`,
      {
        Type: 'AWS::EC2::NetworkAclEntry',
        Properties: {
          NetworkAclId: { Ref: 'Acl' },
          RuleNumber: 100 + index,
          RuleAction: 'allow',
          Protocol: 1,
          CidrBlock: '0.0.0.0/0',
          ...entry,
        },
      },
    ]),
  ]);
  const read = readDocument({ Resources });
  if (!read.ok) throw new Error('no template');
  return readAcl(new Template(read.document), 'Acl')
    .ingress.filter(({ box }) => box.protocols[0] <= 1 && box.protocols[1] >= 1)
    .map(({ box }) => box.ports.join('-'))
    .sort();
}

const ALL = { Protocol: -1, Icmp: undefined };
const UNKNOWN = { 'Fn::ImportValue': 'type' };

test.each<[string, object[], string[]]>([
  ['one type and code', [{ Icmp: { Type: 3, Code: 4 } }], ['772-772']],
  ['every code of a type', [{ Icmp: { Type: 3, Code: -1 } }], ['768-1023']],
  ['every type', [{ Icmp: { Type: -1, Code: -1 } }], ['0-65535']],
  ['none said, so every one', [{}], ['0-65535']],
  [
    'a denial of one leaves the others',
    [{ Icmp: { Type: 3, Code: 4 }, RuleAction: 'deny' }, ALL],
    ['0-771', '773-65535'],
  ],
  ['an unknown type that is allowed is any', [{ Icmp: { Type: UNKNOWN, Code: 4 } }], ['0-65535']],
  [
    'an unknown type that is denied is none',
    [{ Icmp: { Type: UNKNOWN, Code: 4 }, RuleAction: 'deny' }, ALL],
    ['0-65535'],
  ],
  ['a type that there is not is any', [{ Icmp: { Type: 256, Code: 0 } }], ['0-65535']],
])('a network ACL’s entry for ICMP: %s', (_, entries, through) => {
  expect(icmpThrough(...entries)).toEqual(through);
});

describe.each(MODES)('%s', (_, airlock) => {
  const { Resources } = templateOf(airlock);
  const entries = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::EC2::NetworkAclEntry');
  const icmp = entries.filter(([, { Properties }]) => Properties.Protocol === 1);

  test('a router’s word that a packet is too large reaches the proxy boxes, and no other ICMP anybody', () => {
    const found = icmp.map(([id, { Properties }]) => {
      expect(Properties.Icmp).toEqual({ Type: 3, Code: 4 });
      return `${/Isolation([A-Z][a-z]+)/.exec(id)?.[1]} ${Properties.Egress ? 'out' : 'in'} ${Properties.CidrBlock}`;
    });
    expect(found).toEqual(['Proxies in 0.0.0.0/0']);
  });

  test('behind a Transit Gateway the word comes from private addresses too, and elsewhere from outside the VPC alone', () => {
    const order = entries
      .filter(
        ([id, { Properties }]) =>
          /IsolationProxiesIn/.test(id) && (Properties.Protocol === 1 || Properties.RuleAction === 'deny'),
      )
      .sort(([, one], [, other]) => one.Properties.RuleNumber - other.Properties.RuleNumber);
    const first = airlock.network.egress === 'transit-gateway' ? 1 : -1;
    expect(order.at(0)?.[1].Properties.Protocol).toBe(first);
  });

  test('no network ACL has more entries in one direction than AWS allows by default', () => {
    const counts = new Map<string, number>();
    for (const [, { Properties }] of entries) {
      const key = JSON.stringify([Properties.NetworkAclId, Properties.Egress]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(20);
  });
});
