import * as fc from 'fast-check';
import { digestOf, type Head, linked } from '../../lib/audit/chain';
import { ChainVerifier } from '../../lib/audit/verify';
import { at, chainOf, judged, MORNING } from './trail';

const LENGTH = 400;
const { lines, heads } = chainOf(LENGTH);
/** As warden tells them: each minute, and the last one. */
const told = heads.filter((_, index) => index % 60 === 59 || index === LENGTH - 1);
const kinds = (found: ReturnType<typeof judged>) => found.findings.map(({ kind }) => kind);
const place = fc.nat(LENGTH - 1);

describe('the trail of records', () => {
  test('is whole when nobody touched it, in whole and from any line on', () => {
    expect(judged(lines, told)).toMatchObject({
      whole: true,
      lines: LENGTH,
      heads: { matched: told.length },
    });
    fc.assert(
      fc.property(place, (from) => {
        const since = at(from);
        const found = judged(
          lines.slice(from),
          told.filter(({ seq }) => seq >= from),
          undefined,
          since,
        );
        expect(found.findings).toEqual([]);
        expect(found.chains).toMatchObject([{ first: { seq: from + 1 }, last: { seq: LENGTH } }]);
      }),
    );
  });

  test('shows every edit of a line', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer({ min: 1, max: 127 }), (index, where, by) => {
        const line = lines[index] as string;
        const byte = where % line.length;
        const other = String.fromCharCode((line.charCodeAt(byte) + by) % 128);
        const edited = line.slice(0, byte) + other + line.slice(byte + 1);
        expect(judged(lines.with(index, edited), told).whole).toBe(false);
      }),
    );
  });

  test('shows what was taken out, and how much', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 90 }), (from, count) => {
        const to = Math.min(LENGTH, from + count);
        // What is before the first line of the window shows by a head of the window's own time.
        fc.pre(from > 0 || to > 180);
        const left = lines.filter((_, index) => index < from || index >= to);
        const { findings } = judged(left, told, undefined, MORNING);
        const missing = findings.filter(({ kind }) => kind === 'missing');
        expect(missing.reduce((sum, each) => sum + each.lines, 0)).toBe(to - from);
      }),
    );
  });

  test('shows a first part that was cut off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 181, max: LENGTH - 1 }), (from) => {
        expect(kinds(judged(lines.slice(from), told, undefined, MORNING))).toEqual(['missing']);
      }),
    );
  });

  test('shows lines that changed places, and lines of another order', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        fc.pre(one !== other);
        const swapped = lines.with(one, lines[other] as string).with(other, lines[one] as string);
        // At the window's begin the numbers tell of a missing first part instead.
        expect(judged(swapped, told).whole).toBe(false);
      }),
    );
    expect(
      kinds(judged([...lines.slice(0, 5), lines[6], lines[5], ...lines.slice(7)] as string[], told)),
    ).toEqual(['reordered']);
  });

  test('shows a part that was written anew with links of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LENGTH - 1 }), (from) => {
        const forged = chainOf(LENGTH, { why: 'torn' }).lines.slice(from);
        expect(judged([...lines.slice(0, from), ...forged], told).whole).toBe(false);
        // Without the head it would be whole only if the first line were another one too.
        expect(judged(chainOf(LENGTH, { why: 'torn' }).lines, told).findings[0]).toMatchObject({
          kind: 'changed',
        });
      }),
    );
  });

  test('takes a line that came twice, the same, for the log agent’s repetition', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 50 }), (from, count) => {
        const again = [...lines.slice(0, from + count), ...lines.slice(from)];
        expect(judged(again, told)).toMatchObject({ findings: [], doubled: Math.min(count, LENGTH - from) });
      }),
    );
  });
});

describe('another chain', () => {
  const newChain = (start: object) => chainOf(30, start, 'd0d0d0d0d0d0');
  const head = heads.at(-1);

  test('is whole when it says where the one before it ended, and a torn line counts once', () => {
    const torn = '{"record":"req';
    const next = newChain({
      why: 'torn',
      before: head,
      torn: { digest: digestOf(torn) },
    });
    expect(judged([...lines, torn, ...next.lines], told)).toMatchObject({
      whole: true,
      chains: [{}, { why: 'torn' }],
    });
    expect(kinds(judged([...lines, torn, torn, ...next.lines], told))).toEqual(['foreign']);
    expect(judged([...lines.slice(0, -3), torn, ...next.lines], told.slice(0, -1)).findings).toMatchObject([
      { kind: 'missing', from: LENGTH - 2, to: LENGTH },
    ]);
  });

  test('between two of the same box, gone whole, is missing', () => {
    const middle = newChain({ why: 'torn', before: head });
    const last = chainOf(3, { why: 'torn', before: middle.heads.at(-1) }, 'e0e0e0e0e0e0').lines;
    expect(judged([...lines, ...middle.lines, ...last], told).findings).toEqual([]);
    expect(judged([...lines, ...last], told).findings).toMatchObject([
      { kind: 'missing', chain: 'd0d0d0d0d0d0', lines: 30 },
    ]);
    expect(judged(last, []).findings).toEqual([]);
  });

  test('on another box needs no end of the one before, whose lines its heads tell', () => {
    const next = newChain({ box: 'another' }).lines;
    expect(kinds(judged([...lines, ...next], told))).toEqual([]);
    expect(judged([...lines.slice(0, -3), ...next], told).findings).toMatchObject([
      { kind: 'missing', lines: 3 },
    ]);
  });

  test('on the same box without the end of the one before shows that the file was taken away', () => {
    expect(kinds(judged([...lines, ...newChain({}).lines], told))).toEqual(['restarted']);
  });

  test('that the window shows from its second line on lacks the first', () => {
    expect(judged([...lines, ...newChain({ box: 'another' }).lines.slice(1)], told).findings).toMatchObject([
      { kind: 'missing', from: 1, to: 1 },
    ]);
  });

  test('beside one that goes on is a change', () => {
    const next = newChain({ why: 'torn', before: heads[9] }).lines;
    expect(kinds(judged([...lines, ...next], told))).toEqual(['changed']);
  });
});

describe('heads', () => {
  test('of the last two minutes may wait for their line; an older one may not', () => {
    const now = at(LENGTH) + 60_000;
    expect(judged(lines.slice(0, -2), told, now)).toMatchObject({ whole: true, heads: { pending: 1 } });
    expect(judged(lines.slice(0, -2), told, now + 120_000).findings).toMatchObject([
      { kind: 'missing', lines: 2 },
    ]);
  });

  test('without any line: a box that rests is whole, one whose head moves is not', () => {
    const late = heads[7] as Head;
    const verifier = () => new ChainVerifier();
    const quiet = verifier();
    for (let minute = 0; minute < 60; minute += 1) quiet.head(late, MORNING + minute * 60_000);
    expect(quiet.end(MORNING + 7_200_000, MORNING)).toMatchObject({ whole: true, heads: { before: 1 } });
    const robbed = verifier();
    robbed.head(late, MORNING);
    robbed.head(heads[300] as Head, MORNING + 600_000);
    expect(robbed.end(MORNING + 7_200_000, MORNING).findings).toMatchObject([
      { kind: 'missing', from: 9, to: 301 },
    ]);
  });
});

describe('times', () => {
  const timed = (delay: number, texts = lines) => {
    const verifier = new ChainVerifier();
    texts.forEach((line, index) => {
      verifier.line(line, at(index) + delay);
    });
    return verifier.end(MORNING + 86_400_000);
  };

  test('shows lines that came later than a minute, and by how much', () => {
    expect(timed(60_000).whole).toBe(true);
    expect(timed(3_600_000).findings).toEqual([{ kind: 'late', lines: LENGTH, seconds: 3600 }]);
  });

  test('counts how often the clock of the box went back', () => {
    const { line, head } = linked(
      JSON.stringify({ record: 'end', time: '2020-01-01T00:00:00.000Z' }),
      heads.at(-1) as Head,
    );
    expect(judged([...lines, line], [head])).toMatchObject({ whole: true, clockBack: 1 });
  });
});

describe('hostile lines', () => {
  test('end no verification, and make nothing whole', () => {
    const link = /,"seq".*$/.exec(lines[3] as string)?.[0];
    fc.assert(
      fc.property(fc.string(), fc.boolean(), place, (text, isLinked, index) => {
        fc.pre(text !== '');
        const foreign = isLinked ? `{"record":"end","time":"${text}"${link}` : text;
        expect(judged(lines.toSpliced(index + 1, 0, foreign), told).whole).toBe(false);
      }),
    );
  });

  test('nothing is not whole: neither no line nor lines without links', () => {
    const unlinked = lines.map((line) => line.replace(/,"seq".*$/, '}'));
    expect([judged([], []).whole, judged(unlinked, []).whole]).toEqual([false, false]);
  });

  test('with a thousand numbers of their own cost a bounded effort', () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      (lines[1] as string).replace(/"seq":\d+/, `"seq":${index * 1_000_000 + 7}`),
    );
    const found = judged([...lines, ...many], told);
    expect(found.findings.find(({ kind }) => kind === 'foreign')?.lines).toBeGreaterThan(19_000);
  });
});
