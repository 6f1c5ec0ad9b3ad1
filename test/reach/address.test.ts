import fc from 'fast-check';
import {
  type AddressRange,
  EVERY_V4,
  formatAddress,
  formatRange,
  parseCidr,
} from '../../constructs/address/cidr';
import { blocksWithout, PUBLIC_BLOCKS } from '../../constructs/address/public-blocks';
import { union } from '../../constructs/address/range';
import { type Box, boxCovers, intersectBoxes, subtractBox } from '../../lib/reach/address/box';
import { internetOnly, whole } from '../../lib/reach/address/internet';
import { parseProtocol } from '../../lib/reach/address/protocol';
import { type Entry, grantsOf } from '../../lib/reach/network/acls';
import type { Route } from '../../lib/reach/network/model';
import { slicesOf } from '../../lib/reach/network/route-tables';

const rangesOf = (blocks: readonly string[]) => blocks.map((block) => parseCidr(block) as AddressRange);
const sizeOf = (ranges: readonly AddressRange[]) =>
  ranges.reduce((sum, { addresses: [low, high] }) => sum + high - low + 1n, 0n);

describe('blocks without others', () => {
  /** In order, beside each other without a gap or an overlap, so that every address is in exactly one of them. */
  const expectAll = (ranges: readonly AddressRange[]) => {
    const sorted = [...ranges].sort((a, b) => (a.addresses[0] < b.addresses[0] ? -1 : 1));
    const ends = sorted.map(({ addresses }) => addresses[1] + 1n);
    expect(sorted.map(({ addresses }) => addresses[0])).toEqual([0n, ...ends.slice(0, -1)]);
    expect(ends.at(-1)).toBe(2n ** 32n);
  };
  /** Two blocks of one size that are halves of a larger block could be one. */
  const expectFewest = (ranges: readonly AddressRange[]) => {
    const halves = ranges.map((range) => `${range.addresses[0] / (2n * sizeOf([range]))} ${sizeOf([range])}`);
    expect(new Set(halves).size).toBe(halves.length);
  };

  test('the public ones are all but private, shared, multicast and reserved addresses, and 37 at most', () => {
    const others = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3'];
    expectAll(rangesOf([...PUBLIC_BLOCKS, ...others]));
    expectFewest(rangesOf(PUBLIC_BLOCKS));
    expect(PUBLIC_BLOCKS).toHaveLength(37);
  });

  test('any blocks and those without them are all addresses, each once', () => {
    const block = fc
      .tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 1, max: 32 }))
      .map(([value, length]) => parseCidr(`${formatAddress(4, value)}/${length}`) as AddressRange);
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const apart = blocks.filter(
          (each, index) =>
            !blocks.some(
              (other, at) =>
                at !== index &&
                other.addresses[0] <= each.addresses[0] &&
                each.addresses[1] <= other.addresses[1] &&
                (sizeOf([other]) > sizeOf([each]) || at < index),
            ),
        );
        const left = rangesOf(blocksWithout(blocks));
        expectAll([...left, ...apart]);
        expectFewest(left);
      }),
    );
  });
});

describe('CIDR blocks', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['::/0', '::/0'],
    ['::ffff:192.0.2.1/128', '::ffff:c000:201/128'],
    ['1:0:0:2::/64', '1:0:0:2::/64'],
  ])('%s is %s', (text, formatted) => {
    expect(formatRange(parseCidr(text) as AddressRange)).toBe(formatted);
  });

  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'fe80::1%eth0',
    '::/129',
    '010.0.0.0/8',
    'pl-1',
    '10.0.0.0/ 8',
  ])('%j is none', (text) => expect(parseCidr(text)).toBeUndefined());

  test('every address comes back as it was written', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.bigInt(0n, 2n ** 128n - 1n), (v4, v6) => {
        expect(formatAddress(4, (parseCidr(v4) as AddressRange).addresses[0])).toBe(v4);
        const text = formatAddress(6, v6);
        expect((parseCidr(text) as AddressRange).addresses).toEqual([v6, v6]);
      }),
    );
  });

  test('a range that is no block says where it begins and ends', () => {
    expect(formatRange({ family: 4, addresses: [1n, 2n] })).toBe('0.0.0.1-0.0.0.2');
  });
});

describe('protocols and ports', () => {
  test.each([
    ['tcp', [6, 6]],
    ['TCP', [6, 6]],
    [17, [17, 17]],
    ['-1', [0, 255]],
    ['icmpv6', [58, 58]],
    ['constructor', undefined],
    ['256', undefined],
    [null, undefined],
  ])('%j', (value, expected) => expect(parseProtocol(value)).toEqual(expected));

  test('union joins neighbours and swallows what is inside', () => {
    expect(
      union([
        [5, 6],
        [1, 2],
        [3, 3],
        [6, 9],
        [20, 20],
      ]),
    ).toEqual([
      [1, 3],
      [5, 9],
      [20, 20],
    ]);
  });
});

/** Sixteen addresses, three protocols, eight ports: small enough to try every packet. */
const BASE = 0x0a000000n;
const PROTOCOLS = [1, 6, 17];
const PACKETS = Array.from({ length: 16 }, (_, i) => BASE + BigInt(i)).flatMap((address) =>
  PROTOCOLS.flatMap((protocol) => Array.from({ length: 8 }, (_, port) => ({ address, protocol, port }))),
);
type Packet = (typeof PACKETS)[number];

const block = fc
  .tuple(fc.integer({ min: 28, max: 32 }), fc.integer({ min: 0, max: 15 }))
  .map(([length, host]) => {
    return parseCidr(`10.0.0.${host}/${length}`) as AddressRange;
  });
const ordered = (max: number) =>
  fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const protocols = fc.constantFrom([0, 255] as const, [1, 1] as const, [6, 6] as const, [17, 17] as const);
const box: fc.Arbitrary<Box> = fc
  .tuple(block, protocols, ordered(7))
  .map(([range, protocol, ports]) => ({ ...range, protocols: protocol, ports }));

function holds({ addresses, protocols: [from, to], ports }: Box, packet: Packet): boolean {
  return (
    addresses[0] <= packet.address &&
    packet.address <= addresses[1] &&
    from <= packet.protocol &&
    packet.protocol <= to &&
    ports[0] <= packet.port &&
    packet.port <= ports[1]
  );
}

describe('boxes of packets, against trying every packet', () => {
  test('intersection and subtraction', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const both = intersectBoxes(a, b);
        const rest = subtractBox(a, b);
        const wrong = PACKETS.filter((packet) => {
          const [inA, inB] = [holds(a, packet), holds(b, packet)];
          // Disjoint, too: no packet is in two of the parts.
          const parts = rest.filter((part) => holds(part, packet)).length;
          return (
            (both !== undefined && holds(both, packet)) !== (inA && inB) || parts !== (inA && !inB ? 1 : 0)
          );
        });
        expect(wrong).toEqual([]);
        expect(boxCovers(a, b)).toBe(subtractBox(b, a).length === 0);
      }),
      { numRuns: 25 },
    );
  });

  test('families never meet', () => {
    expect(intersectBoxes(whole(EVERY_V4), { ...whole(EVERY_V4), family: 6 })).toBeUndefined();
  });
});

describe('network ACLs, against the first matching entry', () => {
  const entry: fc.Arbitrary<Entry> = fc
    .record({ number: fc.integer({ min: 1, max: 6 }), allow: fc.boolean(), box })
    .map(({ number, allow, box: { protocols: protocol, ports, ...range } }) => ({
      id: 'Entry',
      number,
      allow,
      egress: false,
      ranges: [range],
      protocols: protocol,
      ports,
    }));

  test('every packet', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entry, { maxLength: 6, selector: (each) => each.number }), (entries) => {
        const grants = grantsOf(entries, 'Acl');
        const inOrder = [...entries].sort((a, b) => a.number - b.number);
        const wrong = PACKETS.filter((packet) => {
          const match = inOrder.find((each) =>
            each.ranges.some((range) =>
              holds({ ...range, protocols: each.protocols, ports: each.ports }, packet),
            ),
          );
          return (
            grants.filter((grant) => holds(grant.box, packet)).length !== (match?.allow === true ? 1 : 0)
          );
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('routes, against the longest prefix', () => {
  test('every address', () => {
    const routes = fc
      .uniqueArray(block, { maxLength: 8, selector: (range) => formatRange(range) })
      .map((ranges) =>
        ranges.map(
          (range): Route => ({
            id: formatRange(range),
            range,
            certain: true,
            target: { kind: 'local' },
            text: '',
          }),
        ),
      );
    fc.assert(
      fc.property(routes, (table) => {
        const slices = slicesOf(table);
        for (const address of new Set(PACKETS.map((packet) => packet.address))) {
          const inside = ([low, high]: readonly [bigint, bigint]) => low <= address && address <= high;
          const best = table
            .filter((route) => inside((route.range as AddressRange).addresses))
            .sort((a, b) => Number(b.id.split('/')[1]) - Number(a.id.split('/')[1]))[0];
          const found = slices.filter((slice) => slice.ranges.some((range) => inside(range.addresses)));
          expect(found.map((slice) => slice.route.id)).toEqual(best === undefined ? [] : [best.id]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('a route nobody can place hides no other', () => {
    const known: Route = { id: 'Known', range: EVERY_V4, certain: true, target: { kind: 'local' }, text: '' };
    const unknown: Route = { id: 'Unknown', certain: true, target: { kind: 'unknown', id: 'x' }, text: '' };
    expect(slicesOf([known, unknown]).map((slice) => slice.route.id)).toEqual([
      'Known',
      'Unknown',
      'Unknown',
    ]);
  });
});

describe('what counts as the internet', () => {
  test.each([
    ['10.0.0.0/8', false],
    ['100.64.1.0/24', false],
    ['169.254.169.254/32', false],
    ['172.31.0.0/16', false],
    ['192.168.1.1/32', false],
    ['255.255.255.255/32', false],
    ['fd00::/8', false],
    ['9.9.9.9/32', true],
    ['0.0.0.0/0', true],
    ['172.32.0.0/16', true],
    ['2600::/12', true],
  ])('%s: %s', (text, expected) => {
    expect(internetOnly([whole(parseCidr(text) as AddressRange)]).length > 0).toBe(expected);
  });
});
