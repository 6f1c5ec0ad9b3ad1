import * as fc from 'fast-check';
import { describeSpent, type SpendState, SpendSums } from '../../../lib/policy/gate/spend/sums';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 28, 12);
const LIMITS = { dailyUsd: 10, monthlyUsd: 100 };
const sumsOf = (...more: readonly [SpendState | 'broken' | undefined, Record<string, number>, string?]) =>
  SpendSums.restore(more[0], new Map(Object.entries(more[1])), more[2] ?? '', START);

describe('what model calls cost', () => {
  test('tells when 50, 80 and 100 percent of a limit are reached, once', () => {
    const sums = sumsOf(undefined, {});
    const percents = [4e6, 1e6, 4e6, 1e6, 1e6].map((microUsd) =>
      sums.add(microUsd, LIMITS, START).map(({ period, percent }) => `${period} ${percent}`),
    );
    expect(percents).toEqual([[], ['day 50'], ['day 80'], ['day 100'], []]);
  });

  test('refuses what would exceed a limit, until the day or the month ends', () => {
    const sums = sumsOf(undefined, {});
    sums.add(9e6, LIMITS, START);
    expect(sums.over(1e6, LIMITS, START)).toBeUndefined();
    expect(sums.over(1e6 + 1, LIMITS, START)).toEqual({
      period: 'day',
      limitUsd: 10,
      retryAfter: DAY / 2000,
    });
    sums.add(1e6, LIMITS, START);
    expect(sums.over(0, LIMITS, START)).toMatchObject({ period: 'day' });
    expect(sums.over(0, { monthlyUsd: 10 }, START)).toMatchObject({
      period: 'month',
      retryAfter: 3.5 * 86_400,
    });
    expect(sums.over(0, LIMITS, START + DAY)).toBeUndefined();
    expect(sums.of(START + DAY)).toEqual({ day: 0, month: 10e6 });
    expect(sums.of(START + 4 * DAY)).toEqual({ day: 0, month: 0 });
  });

  test('are told with what keeps a box from reserving more', () => {
    expect(describeSpent({ dayUsd: 1, monthUsd: 2, dailyUsd: 5, problem: 'it is missing' })).toBe(
      'at most 1.00 of 5 USD today, 2.00 this month; NOT RESERVED: it is missing',
    );
  });

  test('keeps what is counted when the clock is set back', () => {
    const sums = sumsOf(undefined, {});
    sums.add(5, LIMITS, START);
    expect(sums.of(START - 40 * DAY)).toEqual({ day: 5, month: 5 });
    expect(sumsOf(undefined, { '2026-02-20': 5 }).of(START)).toEqual({ day: 5, month: 5 });
  });

  test('tells of a part of the limit that another box reserved meanwhile', () => {
    const sums = sumsOf(undefined, {});
    sums.add(1e6, LIMITS, START);
    sums.others = { day: '2026-01-28', today: 5e6, earlier: 0 };
    expect(sums.add(1, LIMITS, START)).toMatchObject([{ period: 'day', percent: 50, microUsd: 6e6 + 1 }]);
    expect(sums.add(1, LIMITS, START)).toEqual([]);
  });

  test('are there again when a clock that was ahead is set right', () => {
    const sums = sumsOf({ before: '2026-01-28', microUsd: 50 }, {});
    sums.add(5, LIMITS, START);
    sums.add(3, LIMITS, START + 9 * DAY);
    expect(sums.of(START + 9 * DAY)).toEqual({ day: 3, month: 3 });
    expect(sums.of(START)).toEqual({ day: 8, month: 58 });
  });

  test('are never less than what was charged, wherever the clock jumps', () => {
    const step = fc.record({
      hours: fc.integer({ min: -1500, max: 1500 }),
      microUsd: fc.nat(1000),
      restarts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let now = START;
        const charged = new Map<string, number>();
        let sums = SpendSums.restore(undefined, charged, '', now);
        for (const { hours, microUsd, restarts } of steps) {
          now += hours * 3_600_000;
          const day = new Date(now).toISOString().slice(0, 10);
          sums.add(microUsd, {}, now);
          charged.set(day, (charged.get(day) ?? 0) + microUsd);
          if (restarts) sums = SpendSums.restore(sums.state(now), charged, '', now);
          const ofMonth = [...charged].filter(([one]) => one.startsWith(day.slice(0, 7)));
          const { day: today, month } = sums.of(now);
          expect(today).toBeGreaterThanOrEqual(charged.get(day) ?? 0);
          expect(month).toBeGreaterThanOrEqual(ofMonth.reduce((sum, [, cost]) => sum + cost, 0));
        }
      }),
    );
  });

  test.each<[string, SpendState | 'broken' | undefined, Record<string, number>, string, number | 'broken']>([
    ['nothing', undefined, {}, '', 0],
    ['records alone', undefined, { '2026-01-02': 3, '2026-01-28': 4, '2025-12-31': 9 }, '', 7],
    [
      'a state and the records after it',
      { before: '2026-01-27', microUsd: 50 },
      { '2026-01-26': 9, '2026-01-27': 3, '2026-01-28': 4 },
      '2026-01-20',
      57,
    ],
    [
      'the state of a month that has ended',
      { before: '2025-12-30', microUsd: 50 },
      { '2026-01-28': 4 },
      '2025-12-25',
      4,
    ],
    ['the first record after an upgrade', undefined, {}, '2026-01-25', 0],
    ['a state that cannot be read', 'broken', { '2026-01-28': 4 }, '', 'broken'],
    [
      'a state whose records are gone',
      { before: '2026-01-10', microUsd: 50 },
      { '2026-01-28': 4 },
      '2026-01-20',
      'broken',
    ],
    ['no state, and records that are gone', undefined, { '2026-01-28': 4 }, '2026-01-20', 'broken'],
  ])('starts from %s', (_, state, charged, since, month) => {
    const sums = sumsOf(state, charged, since);
    expect(sums.isBroken(START) ? 'broken' : sums.of(START).month).toBe(month);
    expect(sums.of(START).day).toBe(charged['2026-01-28'] ?? 0);
    expect(sums.isBroken(START + 5 * DAY)).toBe(false);
  });

  test('are the same whenever the gate starts anew, whatever is kept and whatever of the records is freed', () => {
    const step = fc.record({
      hours: fc.nat(60),
      microUsd: fc.nat(1000),
      restarts: fc.boolean(),
      saves: fc.boolean(),
      frees: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = START;
        let state: SpendState | undefined;
        let since = '';
        const charged = new Map<string, number>();
        let sums = SpendSums.restore(undefined, charged, since, now);
        for (const { hours, microUsd, restarts, saves, frees } of steps) {
          now += hours * 3_600_000;
          const day = new Date(now).toISOString().slice(0, 10);
          sums.add(microUsd, {}, now);
          charged.set(day, (charged.get(day) ?? 0) + microUsd);
          if (saves) state = sums.state(now);
          if (frees && state) since = state.before;
          const visible = new Map([...charged].filter(([one]) => one >= since));
          if (restarts) sums = SpendSums.restore(state, visible, since, now);
          const sumOf = (from: string) =>
            [...charged].reduce((sum, [one, cost]) => sum + (one >= from ? cost : 0), 0);
          expect({ ...sums.of(now), isBroken: sums.isBroken(now) }).toEqual({
            day: sumOf(day),
            month: sumOf(`${day.slice(0, 7)}-01`),
            isBroken: false,
          });
        }
      }),
    );
  });
});
