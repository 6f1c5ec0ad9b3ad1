import { type AddressRange, EVERY_V4, EVERY_V6, parseCidr } from '../../../constructs/address/cidr';
import type { Range } from '../../../constructs/address/range';
import { type Box, intersectBoxes, subtractBoxes } from '../address/box';
import { whole } from '../address/internet';
import {
  EVERY_PORT,
  EVERY_PROTOCOL,
  hasPorts,
  icmpPorts,
  isIcmp,
  parseProtocol,
  portsName,
  protocolName,
} from '../address/protocol';
import type { Resource, Template } from '../template/template';
import {
  alternatives,
  booleanOf,
  field,
  integerOf,
  isFields,
  Reference,
  textOf,
  type Value,
} from '../template/value';
import type { Acl, Grant } from './model';

/** AWS allows at most 40 entries each way; a list longer than this is hostile, and assumed to let everything through. */
const ENTRY_LIMIT = 100;
const EVERYTHING: readonly Grant[] = [EVERY_V4, EVERY_V6].map((range) => ({
  box: whole(range),
  named: range,
}));

/** A VPC's default network ACL, without entries before its own. */
export const OPEN_ACL: Acl = { id: 'default network ACL', ingress: EVERYTHING, egress: EVERYTHING };

/** An entry. What the template leaves open of one that allows is assumed at its widest. */
export interface Entry {
  readonly id: string;
  /** -1: unknown, assumed to come first. */
  readonly number: number;
  readonly allow: boolean;
  readonly egress: boolean;
  readonly ranges: readonly AddressRange[];
  readonly protocols: Range<number>;
  readonly ports: Range<number>;
}

/** The ACL of each id: of `AWS::EC2::NetworkAcl`, and of a VPC's default one as `<vpc>.DefaultNetworkAcl`. */
export function readAcl(template: Template, id: string): Acl {
  const isDefault = id.endsWith('.DefaultNetworkAcl');
  const entries = template
    .ofType('AWS::EC2::NetworkAclEntry')
    .flatMap((resource) => readEntry(template, resource, id));
  const compiled = (egress: boolean) => {
    const ours = entries.filter((entry) => entry.egress === egress);
    if (ours.length > ENTRY_LIMIT) return EVERYTHING;
    return grantsOf(isDefault ? [...ours, allowAll(id, egress)] : ours, id);
  };
  return { id, ingress: compiled(false), egress: compiled(true) };
}

/** First match in order of rule numbers, as disjoint grants; anything else is denied. */
export function grantsOf(entries: readonly Entry[], aclId: string): Grant[] {
  const grants: Grant[] = [];
  let undecided: Box[] = [whole(EVERY_V4), whole(EVERY_V6)];
  for (const entry of [...entries].sort((a, b) => a.number - b.number)) {
    for (const range of entry.ranges) {
      const box: Box = {
        family: range.family,
        addresses: range.addresses,
        protocols: entry.protocols,
        ports: entry.ports,
      };
      if (entry.allow) {
        const control = { kind: 'network-acl', id: aclId, rule: ruleText(entry, range) } as const;
        for (const open of undecided) {
          const granted = intersectBoxes(open, box);
          if (granted !== undefined) grants.push({ box: granted, named: range, control });
        }
      }
      undecided = subtractBoxes(undecided, [box]);
    }
  }
  return grants;
}

function ruleText(entry: Entry, range: AddressRange): string {
  const number = entry.number < 0 ? 'entry' : `rule ${entry.number}`;
  const what = `${protocolName(entry.protocols)}${hasPorts(entry.protocols) ? ` ${portsName([entry.ports])}` : ''}`;
  const block = range === EVERY_V4 || range === EVERY_V6 ? 'anywhere' : '';
  return `${number} ${entry.id} ${entry.egress ? 'out' : 'in'} ${what} ${block}`.trim();
}

function allowAll(id: string, egress: boolean): Entry {
  return {
    id,
    number: 100,
    allow: true,
    egress,
    ranges: [EVERY_V4, EVERY_V6],
    protocols: EVERY_PROTOCOL,
    ports: EVERY_PORT,
  };
}

function readEntry(template: Template, resource: Resource, aclId: string): Entry[] {
  const targets = alternatives(resource.get('NetworkAclId'));
  const ours = targets.filter((value) => value instanceof Reference && aclKey(value) === aclId);
  if (ours.length === 0) return [];
  const action = textOf(resource.get('RuleAction'))?.toLowerCase();
  const allow = action !== 'deny';
  const number = integerOf(resource.get('RuleNumber'));
  const range = readRange(resource);
  const protocols = parseProtocol(resource.get('Protocol'));
  const ports = readPorts(resource, protocols);
  const direction = resource.get('Egress');
  const egress = direction === undefined ? false : booleanOf(direction);
  const understood = [action, number, range, protocols, ports, egress].every((part) => part !== undefined);
  const exact = understood && resource.certain && targets.length === 1 && (allow ? action === 'allow' : true);
  if (!exact) {
    template.assume(resource, 'NetworkAclId', undefined, allow ? 'an entry that allows' : 'absent');
    if (!allow) return []; // a denial that may not be there protects nothing
  }
  const entry = {
    id: resource.id,
    number: number ?? -1,
    allow,
    ranges: range === undefined ? [EVERY_V4, EVERY_V6] : [range],
    protocols: protocols ?? EVERY_PROTOCOL,
    ports: ports ?? EVERY_PORT,
  };
  return (egress === undefined ? [true, false] : [egress]).map((each) => ({ ...entry, egress: each }));
}

function readRange(resource: Resource): AddressRange | undefined {
  const v4 = textOf(resource.get('CidrBlock'));
  const v6 = textOf(resource.get('Ipv6CidrBlock'));
  const text = v4 ?? v6;
  return text === undefined ? undefined : parseCidr(text);
}

/** tcp and udp have ports, ICMP a type and a code instead; without any, all are meant. */
function readPorts(resource: Resource, protocols: Range<number> | undefined): Range<number> | undefined {
  if (protocols === undefined) return undefined;
  if (isIcmp(protocols)) return readTypeAndCode(resource.get('Icmp'));
  return hasPorts(protocols) ? readPortRange(resource.get('PortRange')) : EVERY_PORT;
}

function readTypeAndCode(value: Value): Range<number> | undefined {
  if (value === undefined) return EVERY_PORT;
  const [type, code] = [integerOf(field(value, 'Type')), integerOf(field(value, 'Code'))];
  return type === undefined || code === undefined ? undefined : icmpPorts(type, code);
}

function readPortRange(value: Value): Range<number> | undefined {
  if (value === undefined) return EVERY_PORT;
  const [from, to] = [integerOf(field(value, 'From')), integerOf(field(value, 'To'))];
  if (!isFields(value) || from === undefined || to === undefined) return undefined;
  return from >= 0 && from <= to && to <= 65535 ? [from, to] : undefined;
}

/** The key of the network ACL that a value refers to. */
export function aclKey(value: Reference): string {
  return value.attribute === 'DefaultNetworkAcl' ? `${value.id}.DefaultNetworkAcl` : value.id;
}
