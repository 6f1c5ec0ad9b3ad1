import fc from 'fast-check';
import type { Network } from '../../lib/reach/network/model';
import { readNetwork } from '../../lib/reach/network/network';
import { readDocument } from '../../lib/reach/template/document';
import { Template } from '../../lib/reach/template/template';
import type { Json } from './support';

export function networkOf(template: unknown): Network {
  const read = readDocument(template);
  if (!read.ok) throw new Error(read.problems.join('; '));
  return readNetwork(new Template(read.document));
}

export interface Rule {
  readonly protocol: 'tcp' | 'udp' | '-1';
  readonly from: number;
  readonly to: number;
  /** A block, or the name of a group. */
  readonly peer: string;
}

export interface AclEntry extends Rule {
  readonly number: number;
  readonly action: 'allow' | 'deny';
  readonly egress: boolean;
}

/** Two machines with fixed addresses in two subnets, or in one. */
export interface World {
  readonly together: boolean;
  readonly out: readonly Rule[];
  readonly into: readonly Rule[];
  readonly acls: { readonly A: readonly AclEntry[]; readonly B: readonly AclEntry[] };
}

export const ADDRESS = { A: '10.0.0.4', B: '10.0.1.5', together: '10.0.0.5' };
export const PORTS = [0, 22, 443, 1023, 1024, 32768, 50000, 60999, 65535];

const port = fc.constantFrom(...PORTS);
const peerBlock = fc.constantFrom(
  '0.0.0.0/0',
  '10.0.0.0/16',
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.0.4/32',
  '10.0.0.5/32',
  '10.0.1.4/30',
  '192.0.2.0/24',
);
const ruleOf = (peer: fc.Arbitrary<string>): fc.Arbitrary<Rule> =>
  fc
    .tuple(fc.constantFrom('tcp' as const, 'udp' as const, '-1' as const), port, port, peer)
    .map(([protocol, a, b, peer]) => ({
      protocol,
      from: Math.min(a, b),
      to: Math.max(a, b),
      peer,
    }));
export const groupRule = ruleOf(fc.oneof(peerBlock, fc.constantFrom('GroupA', 'GroupB')));
export const aclEntry: fc.Arbitrary<AclEntry> = fc
  .tuple(
    ruleOf(peerBlock),
    fc.integer({ min: 1, max: 30 }),
    fc.constantFrom('allow' as const, 'deny' as const),
    fc.boolean(),
  )
  .map(([rule, number, action, egress]) => ({ ...rule, number, action, egress }));
const acl = fc.uniqueArray(aclEntry, {
  maxLength: 7,
  selector: (entry) => `${entry.egress} ${entry.number}`,
});
const rules = fc.array(groupRule, { minLength: 1, maxLength: 4 });
export const world: fc.Arbitrary<World> = fc.record({
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

export function templateOf({ together, out, into, acls }: World): Json {
  const none = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
  const group = (egress: Json[], ingress: Json[]) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupEgress: egress, SecurityGroupIngress: ingress },
  });
  const machine = (subnet: string, name: string, address: string) => ({
    Type: 'AWS::EC2::Instance',
    Properties: { SubnetId: { Ref: subnet }, SecurityGroupIds: [{ Ref: name }], PrivateIpAddress: address },
  });
  const subnet = (cidr: string) => ({
    Type: 'AWS::EC2::Subnet',
    Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: cidr },
  });
  const resources: Json = {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    SubnetA: subnet('10.0.0.0/24'),
    SubnetB: subnet('10.0.1.0/24'),
    GroupA: group([none, ...out.map((rule) => ruleJson(rule, 'Destination'))], []),
    GroupB: group(
      [none],
      into.map((rule) => ruleJson(rule, 'Source')),
    ),
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
