import fc from 'fast-check';
import { between } from '../../lib/reach/flows/pairs';
import type { Piece } from '../../lib/reach/flows/piece';
import { type AclEntry, ADDRESS, networkOf, PORTS, type Rule, templateOf, type World, world } from './world';

/** AWS's rules once more, packet by packet and without any sets. */
const number = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
function inBlock(address: string, block: string): boolean {
  const [base = '', length] = block.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
const matches = (rule: Rule, protocol: string, destinationPort: number) =>
  rule.protocol === '-1' ||
  (rule.protocol === protocol && rule.from <= destinationPort && destinationPort <= rule.to);
function aclLets(
  entries: readonly AclEntry[],
  egress: boolean,
  far: string,
  protocol: string,
  destinationPort: number,
) {
  const inOrder = entries.filter((entry) => entry.egress === egress).sort((a, b) => a.number - b.number);
  const first = inOrder.find(
    (entry) => inBlock(far, entry.peer) && matches(entry, protocol, destinationPort),
  );
  return first?.action === 'allow';
}
function groupLets(
  list: readonly Rule[],
  far: string,
  farGroup: string,
  protocol: string,
  destinationPort: number,
) {
  return list.some(
    (rule) =>
      (rule.peer.includes('/') ? inBlock(far, rule.peer) : rule.peer === farGroup) &&
      matches(rule, protocol, destinationPort),
  );
}

type Protocol = 'tcp' | 'udp';
const NUMBERS = { tcp: 6, udp: 17 } as const;

/** From machine A to machine B. */
function letsThrough(each: World, protocol: Protocol, port: number): boolean {
  const there = each.together ? ADDRESS.together : ADDRESS.B;
  return (
    groupLets(each.out, there, 'GroupB', protocol, port) &&
    groupLets(each.into, ADDRESS.A, 'GroupA', protocol, port) &&
    (each.together ||
      (aclLets(each.acls.A, true, there, protocol, port) &&
        aclLets(each.acls.B, false, ADDRESS.A, protocol, port)))
  );
}

/** A reply of B to the port that A sent from: security groups let it pass by themselves. */
function letsBack(each: World, protocol: Protocol, source: number): boolean {
  const there = each.together ? ADDRESS.together : ADDRESS.B;
  return (
    each.together ||
    (aclLets(each.acls.B, true, ADDRESS.A, protocol, source) &&
      aclLets(each.acls.A, false, there, protocol, source))
  );
}

function passing(pieces: readonly Piece[], protocol: Protocol, port: number): Piece[] {
  const within = ([from, to]: readonly [number, number], value: number) => from <= value && value <= to;
  return pieces.filter(({ box }) => within(box.protocols, NUMBERS[protocol]) && within(box.ports, port));
}

function expectReplies(each: World, piece: Piece, protocol: Protocol): void {
  const { replyPorts } = piece;
  const listed = (source: number) =>
    replyPorts === undefined || replyPorts.some(([from, to]) => from <= source && source <= to);
  // Without a list, replies to ordinary clients' ports pass; what happens to others isn't said.
  for (const source of replyPorts === undefined ? [32768, 50000, 60999] : PORTS) {
    expect(listed(source)).toBe(letsBack(each, protocol, source));
  }
}

describe('two machines, against AWS packet by packet', () => {
  test('security groups and network ACLs let through exactly what the oracle does, replies included', () => {
    let passed = 0;
    fc.assert(
      fc.property(world, (each) => {
        const network = networkOf(templateOf(each));
        const [a, b] = network.machines.map((machine) => machine.interfaces[0]);
        const pieces = a === undefined || b === undefined ? [] : between(network, a, b);
        for (const protocol of ['tcp', 'udp'] as const) {
          for (const port of PORTS) {
            const found = passing(pieces, protocol, port);
            expect(found.length > 0).toBe(letsThrough(each, protocol, port));
            for (const piece of found) expectReplies(each, piece, protocol);
            passed += found.length;
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(passed).toBeGreaterThan(50); // or the property would say nothing
  });
});
