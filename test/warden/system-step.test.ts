import fc from 'fast-check';
import { DAYS } from '../../constructs/names';
import { isOlder } from '../../constructs/proxy/box-manifest';
import { nextSystemStep, type SystemFacts } from '../../lib/warden/system-step';
import { isInWindow, lastWindowEnd } from '../../lib/warden/update-window';

const [OLD, NEW] = ['2023.9.20251105', '2023.10.20260202'];
const at = (text: string) => Date.parse(`2026-${text}Z`);
/** 22 November 2026 is a Sunday. */
const WINDOW = { day: 'sunday', hour: 4 } as const;
const facts = (more: Partial<SystemFacts> = {}): SystemFacts => ({
  running: OLD,
  wanted: { ...WINDOW, release: NEW },
  since: at('11-20T00:00'),
  hasServed: true,
  isBusy: false,
  now: at('11-22T04:30'),
  ...more,
});

describe('the window', () => {
  test.each([
    ['11-22T03:59:59.999', false],
    ['11-22T04:00', true],
    ['11-22T04:59:59.999', true],
    ['11-22T05:00', false],
    ['11-23T04:30', false],
  ])('at %s: %s', (time, expected) => {
    expect(isInWindow(WINDOW, at(time))).toBe(expected);
  });

  test('ended last at an hour of its own, at most a week ago', () => {
    expect(lastWindowEnd(WINDOW, at('11-22T05:00'))).toBe(at('11-22T05:00'));
    expect(lastWindowEnd(WINDOW, at('11-22T04:30'))).toBe(at('11-15T05:00'));
    const window = fc.record({ day: fc.constantFrom(...DAYS), hour: fc.integer({ min: 0, max: 23 }) });
    fc.assert(
      fc.property(window, fc.integer({ min: 0, max: 4e12 }), (each, now) => {
        const end = new Date(lastWindowEnd(each, now));
        expect(end.getUTCHours()).toBe((each.hour + 1) % 24);
        expect(now - end.getTime()).toBeGreaterThanOrEqual(0);
        expect(now - end.getTime()).toBeLessThan(7 * 86_400_000);
        // It is the window exactly when the hour and the day are.
        const date = new Date(now);
        expect(isInWindow(each, now)).toBe(
          date.getUTCHours() === each.hour && DAYS[date.getUTCDay()] === each.day,
        );
      }),
    );
  });
});

describe('a box upgrades', () => {
  test('in its window', () => expect(nextSystemStep(facts())).toEqual({ upgrade: true }));

  test('at once when it has never served', () => {
    const now = at('11-24T12:00');
    expect(nextSystemStep(facts({ hasServed: false, since: now, now })).upgrade).toBe(true);
  });

  test.each<[string, Partial<SystemFacts>]>([
    ['outside its window', { now: at('11-22T05:00') }],
    ['while it runs that release', { running: NEW }],
    ['while it runs a newer one', { running: '2023.10.20260203' }],
    ['while its own software changes', { isBusy: true }],
    ['right after it has tried', { tried: at('11-22T04:28') }],
    ['to one that was undone', { bad: NEW }],
    ['when it does not know what it runs', { running: undefined }],
  ])('not %s', (_, more) => expect(nextSystemStep(facts(more)).upgrade).toBe(false));

  test('once more after some minutes', () => {
    expect(nextSystemStep(facts({ tried: at('11-22T04:25') })).upgrade).toBe(true);
  });
});

describe('a fault is', () => {
  test.each<[string, string | undefined, Partial<SystemFacts>]>([
    ['nothing before the first window', undefined, { now: at('11-21T12:00') }],
    ['a window that passed', 'system-outdated', { now: at('11-22T05:01') }],
    [
      'an unknown release, once a window passed',
      'system-outdated',
      { running: undefined, now: at('11-22T05:01') },
    ],
    ['a release that was undone', 'system-rolled-back', { bad: NEW }],
    ['nothing when it is up to date', undefined, { running: NEW, bad: NEW, now: at('11-22T05:01') }],
  ])('%s: %s', (_, code, more) => {
    expect(nextSystemStep(facts(more)).reason?.code).toBe(code);
  });
});

test('releases are compared as numbers', () => {
  expect(isOlder('2023.9.20251105', '2023.10.20260202')).toBe(true);
  expect(isOlder('2023.10.20260202', '2023.9.20251105')).toBe(false);
  expect(isOlder('2023.9.20251105', '2023.9.20251106')).toBe(true);
  expect(isOlder(OLD, OLD)).toBe(false);
});
