import { type AddressRange, parseCidr } from '../../../constructs/address/cidr';
import type { Range } from '../../../constructs/address/range';
import {
  EVERY_PORT,
  EVERY_PROTOCOL,
  hasPorts,
  parseProtocol,
  portsName,
  protocolName,
} from '../address/protocol';
import type { Resource, Template } from '../template/template';
import { alternatives, describe, integerOf, isUnknown, textOf, type Value } from '../template/value';
import type { Rule, RulePeer } from './model';
import { ANYWHERE, prefixListRanges } from './prefix-lists';

/** Reads a property of a rule. Inline rules and rules that are resources have the same properties. */
export type RuleFields = (name: string) => Value;

const PEERS = {
  egress: ['CidrIp', 'CidrIpv6', 'DestinationSecurityGroupId', 'DestinationPrefixListId'],
  ingress: ['CidrIp', 'CidrIpv6', 'SourceSecurityGroupId', 'SourceSecurityGroupName', 'SourcePrefixListId'],
} as const;

/** The key of the group that a rule names. */
type KeyOf = (value: Value) => string;

/** One rule as the template writes it; several when an undecided condition chooses among peers. */
export function readRule(
  keyOf: KeyOf,
  template: Template,
  resource: Resource,
  groupKey: string,
  direction: 'egress' | 'ingress',
  fields: RuleFields,
): Rule[] {
  const protocols = parseProtocol(fields('IpProtocol'));
  const ports = protocols === undefined || hasPorts(protocols) ? readPorts(fields) : EVERY_PORT;
  if (protocols === undefined) template.assume(resource, 'IpProtocol', fields('IpProtocol'), 'any protocol');
  const named = PEERS[direction].filter((name) => fields(name) !== undefined);
  const peers = named.flatMap((name) => alternatives(fields(name)).map((value) => ({ name, value })));
  const written = peers.filter(({ value }) => value !== undefined);
  // A rule without a peer is invalid; an unknown one may have any.
  const all = written.length > 0 ? written : [{ name: 'CidrIp' as const, value: undefined }];
  return all.map(({ name, value }) => {
    const peer = readPeer(keyOf, template, name, value);
    if (peer.kind === 'ranges' && !peer.known) template.assume(resource, name, value, 'any address');
    const peerText = peer.kind === 'machine' ? peer.id : peerName(value, peer);
    const what = `${protocolName(protocols ?? EVERY_PROTOCOL)}${
      protocols !== undefined && hasPorts(protocols) ? ` ${portsName([ports])}` : ''
    }`;
    const rule = `${direction} ${what} ${direction === 'egress' ? 'to' : 'from'} ${peerText}`;
    return {
      control: { kind: 'security-group', id: groupKey, rule },
      protocols: protocols ?? EVERY_PROTOCOL,
      ports,
      peer,
      peerText,
    };
  });
}

function readPeer(keyOf: KeyOf, template: Template, name: string, value: Value): RulePeer {
  if (name.includes('SecurityGroup')) return { kind: 'group', key: keyOf(value) };
  if (name.includes('PrefixList')) return { kind: 'ranges', ...prefixListRanges(template, value) };
  const machine = /^\$\{([A-Za-z0-9]+)\.PrivateIp\}(?:\/32)?$/.exec(textOf(value) ?? '')?.[1];
  if (template.find(machine)?.type === 'AWS::EC2::Instance')
    return { kind: 'machine', id: machine as string };
  const range: AddressRange | undefined = parseCidr(textOf(value) ?? '');
  return range === undefined
    ? { kind: 'ranges', ...ANYWHERE }
    : { kind: 'ranges', ranges: [range], known: true };
}

function peerName(value: Value, peer: RulePeer): string {
  if (peer.kind === 'group') return peer.key.replace(/^outside:/, '');
  return isUnknown(value) || value === undefined ? `anywhere (${describe(value)})` : describe(value);
}

/** Missing, unknown or invalid ports are all ports. */
function readPorts(fields: RuleFields): Range<number> {
  const [from, to] = [integerOf(fields('FromPort')), integerOf(fields('ToPort'))];
  if (from === undefined || to === undefined || from < 0 || to < from || to > 65535) return EVERY_PORT;
  return [from, to];
}
