import * as fc from 'fast-check';
import { readLedger, sumAt } from '../../lib/policy/gate/spend/ledger';
import { SpendReserve } from '../../lib/policy/gate/spend/reserve';
import { dayOf, MICRO, SpendSums } from '../../lib/policy/gate/spend/sums';
import { readReserveFile } from '../../lib/warden/gate/spend-file';
import { SpendReserver } from '../../lib/warden/spend-reserver';
import { BOX, FakeBox } from './support/fake-box';
import { PREFIX } from './support/policy';

const NAME = `${PREFIX}model-spend`;
const LIMITS = { dailyUsd: 10, monthlyUsd: 100 };
const PARAMETERS = () => new Map([[NAME, { value: '[]', version: 1 }]]);

/** A proxy box: its gate's sums, and the warden that reserves. */
class Spender {
  readonly box: FakeBox;
  readonly sums: SpendSums;
  readonly reserve: SpendReserve;
  private reserver: SpendReserver;
  constructor(
    id: string,
    parameters: FakeBox['parameters'],
    readonly time: { now: number },
  ) {
    this.box = Object.assign(new FakeBox(), { parameters, gateRuns: true });
    this.sums = SpendSums.restore(undefined, new Map(), '', time.now);
    this.reserve = new SpendReserve(id, this.sums);
    this.reserver = new SpendReserver(this.box, BOX);
  }
  /** A look of warden's, and one of the gate's. */
  async look(seconds = 5) {
    this.box.ticks += seconds * 1000;
    this.box.gateReserve = this.reserve.wanted(LIMITS, this.time.now);
    await this.reserver.look();
    const text = this.box.files.get(this.box.paths.spendReserve);
    this.reserve.agree(text ? JSON.parse(text) : {});
    return this.reserve;
  }
  restartWarden() {
    this.reserver = new SpendReserver(this.box, BOX);
  }
  /** @returns why it doesn't pass */
  charge(usd: number): string | undefined {
    const microUsd = Math.round(usd * MICRO);
    if (this.sums.over(microUsd, LIMITS, this.time.now)) return 'limit';
    const why = this.reserve.lacks(microUsd, this.time.now);
    if (why === undefined) this.sums.add(microUsd, LIMITS, this.time.now);
    return why;
  }
  get month() {
    return this.sums.of(this.time.now).month / MICRO;
  }
}

describe('what model calls may cost, over boxes', () => {
  let parameters: FakeBox['parameters'];
  let time: { now: number };
  let one: Spender;
  const put = (value: string) => parameters.set(NAME, { value, version: 9 });
  const reserved = () => {
    const { today, earlier } = sumAt(dayOf(time.now), readLedger(parameters.get(NAME)?.value ?? '') ?? []);
    return (today + earlier) / MICRO;
  };
  beforeEach(() => {
    parameters = PARAMETERS();
    time = { now: Date.parse('2026-11-20T12:00:00Z') };
    one = new Spender('one', parameters, time);
  });

  test('a box that replaces another counts on from what that one reserved', async () => {
    await one.look();
    for (let call = 0; call < 12; call += 1) {
      expect(one.charge(0.5)).toBeUndefined();
      await one.look();
    }
    const two = new Spender('two', parameters, time);
    expect(two.charge(0.5)).toContain('reserving more');
    await two.look();
    expect(two.month).toBeGreaterThanOrEqual(6);
    expect(two.month).toBeLessThanOrEqual(6 + 1 + 0.5);
    expect(two.charge(3.6)).toBe('limit');
    time.now += 86_400_000;
    await two.look();
    expect(two.charge(0.9)).toBeUndefined();
    time.now = Date.parse('2026-12-01T00:00:00Z');
    await two.look();
    expect(two.month).toBe(0);
  });

  test("a box whose clock is a month ahead for a while loses nothing, its own and others' alike", async () => {
    await one.look();
    one.charge(0.5);
    const two = new Spender('two', parameters, time);
    await two.look();
    two.charge(0.5);
    const { now } = time;
    time.now += 30 * 86_400_000;
    await two.look();
    expect(two.month).toBe(0);
    time.now = now;
    await two.look();
    expect(two.month).toBe(1.5);
    expect(reserved()).toBeGreaterThanOrEqual(1);
  });

  test('writes when half of what it reserved is used, and not between', async () => {
    const version = () => parameters.get(NAME)?.version;
    await one.look();
    expect(version()).toBe(2);
    one.charge(0.2);
    await one.look(600);
    expect(version()).toBe(2);
    one.charge(0.2);
    await one.look();
    expect(version()).toBe(3);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['is missing', () => parameters.delete(NAME), /model-spend is missing: deploy the stack again/],
    [
      'cannot be read',
      () => Object.assign(one.box, { awsFault: 'AccessDeniedException' }),
      /GetParameters: AccessDenied/,
    ],
    ...[
      'UNSET',
      '{}',
      '[{"box":"x","day":"2026-11-20","today":-5,"earlier":0}]',
      '[{"box":"x","day":"2026-11-20","today":1e99,"earlier":0}]',
      '[{"box":"\u001b[2J","day":"2026-11-20","today":1,"earlier":0}]',
      '[{"box":"x","day":"2026-11-20","today":1,"earlier":0,"more":1}]',
      `[${Array(41).fill('{"box":"x","day":"2026-11-20","today":1,"earlier":0}')}]`,
    ].map(
      (value) =>
        [
          `holds ${value.slice(0, 50)}`,
          () => put(value),
          /a value that no proxy box writes: put \[\] there/,
        ] as [string, () => unknown, RegExp],
    ),
  ])(
    'a new box lets nothing pass whose parameter %s, and goes on when it is mended',
    async (_, spoil, why) => {
      spoil();
      await one.look();
      await one.look();
      expect(one.charge(0.1)).toMatch(why);
      expect(one.box.log.join('').match(/"spend"/g)).toHaveLength(1);
      one.box.awsFault = undefined;
      put('[]');
      await one.look();
      expect(one.charge(0.1)).toBeUndefined();
    },
  );

  test('without AWS a box spends what it has reserved, and no more', async () => {
    await one.look();
    one.box.awsFault = 'TimeoutError';
    expect([one.charge(0.6), one.charge(0.4)]).toEqual([undefined, undefined]);
    await one.look();
    expect(one.charge(0.1)).toContain('GetParameters: TimeoutError');
    one.box.awsFault = undefined;
    await one.look();
    expect(one.charge(0.1)).toBeUndefined();
  });

  test('two boxes at one moment lose nothing for longer than five minutes', async () => {
    const two = new Spender('two', parameters, time);
    await Promise.all([one.look(), two.look()]);
    await Promise.all([one.look(301), two.look(301)]);
    await Promise.all([one.look(301), two.look(301)]);
    expect(
      readLedger(parameters.get(NAME)?.value ?? '')
        ?.map(({ box }) => box)
        .sort(),
    ).toEqual(['one', 'two']);
    expect([one.month, two.month]).toEqual([1, 1]);
  });

  test('many boxes in a month stay within a Standard parameter', async () => {
    for (let count = 0; count < 60; count += 1)
      await new Spender(`${count}abcdefghijklm`, parameters, time).look();
    expect(parameters.get(NAME)?.value.length).toBeLessThan(4096);
    expect(reserved()).toBe(60);
  });

  test('the parameter never has less than what passed, whatever restarts, is lost or is replaced', async () => {
    const step = fc.record({
      usd: fc.integer({ min: 1, max: 200 }).map((cents) => cents / 100),
      does: fc.constantFrom('look', 'look', 'look', 'restart', 'lose', 'cut', 'replace', 'day'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        parameters = PARAMETERS();
        time = { now: Date.parse('2026-11-10T23:00:00Z') };
        let [passed, dearest, boxes] = [0, 0, 1];
        let spender = new Spender('box1', parameters, time);
        for (const { usd, does } of steps) {
          if (does === 'replace') spender = new Spender(`box${++boxes}`, parameters, time);
          await happens(spender, does);
          dearest = Math.max(dearest, usd);
          passed += spender.charge(usd) === undefined ? usd : 0;
          expect(reserved()).toBeGreaterThanOrEqual(passed - 1e-6);
          if (does !== 'replace') continue;
          expect(spender.month).toBeGreaterThanOrEqual(passed - 1e-6);
          expect(spender.month).toBeLessThanOrEqual(passed + (boxes - 1) * (1 + dearest) + 1e-6);
        }
      }),
    );
  });

  /** What boxes that look in turn, or at one moment, pass of a limit: a step of it is 1 USD, the dearest call 0.5. */
  test.each([
    ['reserve in turn never pass the limit together', false, 0],
    ['reserve at one moment pass it by one step and the dearest call at most', true, 1 + 0.5],
  ])('two boxes that %s', async (_, atOnce, more) => {
    const step = fc.record({ cents: fc.integer({ min: 1, max: 50 }), looks: fc.boolean(), box: fc.nat(1) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 80, maxLength: 160 }), async (steps) => {
        parameters = PARAMETERS();
        const boxes = [new Spender('one', parameters, time), new Spender('two', parameters, time)];
        let passed = 0;
        for (const { cents, looks, box } of steps) {
          const chosen = boxes.filter((_, index) => (looks && atOnce) || index === box);
          if (looks) await Promise.all(chosen.map((each) => each.look()));
          else if (chosen[0]?.charge(cents / 100) === undefined) passed += cents / 100;
        }
        expect(passed).toBeLessThanOrEqual(LIMITS.dailyUsd + more + 1e-6);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  async function happens(spender: Spender, what: string): Promise<void> {
    if (what === 'restart') spender.restartWarden();
    if (what === 'day') time.now += 5 * 3_600_000;
    spender.box.losesAnswers = what === 'lose';
    spender.box.awsFault = what === 'cut' ? 'TimeoutError' : undefined;
    await spender.look();
  }
});

test('a file that warden does not write reserves nothing', async () => {
  expect(await readReserveFile('/nonexistent')).toEqual({});
});
