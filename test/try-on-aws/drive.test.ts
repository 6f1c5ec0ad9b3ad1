import { type Check, pass } from '../../lab/aws/check';
import { CLEANUP_MINUTES, type DriveInput, drive } from '../../lab/aws/drive';
import { exitCodeOf } from '../../lab/aws/lines';
import { fakeTrial, goodWorld } from './fake-trial';

const never = () => new Promise<never>(() => undefined);

function check(id: string, run: Check['run'] = async () => pass('seen'), more: Partial<Check> = {}): Check {
  return { id, title: id, covers: [], minutes: 10, needs: [], run, ...more };
}

function drivenBy(checks: readonly Check[], more: Partial<DriveInput> = {}) {
  const order: string[] = [];
  const noted = checks.map((each) => ({
    ...each,
    run: (trial: Parameters<Check['run']>[0]) => {
      order.push(each.id);
      return each.run(trial);
    },
  }));
  const report = drive({
    checks: noted,
    trial: () => fakeTrial(goodWorld()),
    interrupt: new AbortController().signal,
    minutes: 60,
    keep: false,
    removeAll: async () => {
      order.push('removal');
      return [];
    },
    tell: () => undefined,
    now: () => new Date(),
    ...more,
  });
  return { report, order };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a run', () => {
  test('runs its checks in order and removes everything at the end', async () => {
    const { report, order } = drivenBy([check('a'), check('b')]);
    expect((await report).seen.map(({ status }) => status)).toEqual(['pass', 'pass']);
    expect(order).toEqual(['a', 'b', 'removal']);
    expect(exitCodeOf(await report)).toBe(0);
  });

  test.each([0, 1, 2])(
    'removes everything after a failure of check %i, and skips the checks that need it',
    async (at) => {
      const checks = ['a', 'b', 'c'].map((id, index, ids) =>
        check(id, index === at ? () => Promise.reject(new Error('AWS says no')) : undefined, {
          needs: ids.slice(0, index).slice(-1),
        }),
      );
      const { report, order } = drivenBy(checks);
      const { seen } = await report;
      expect(seen.map(({ status }) => status)).toEqual(
        ['pass', 'pass', 'pass'].map((status, index) =>
          index < at ? status : index === at ? 'fail' : 'not reached',
        ),
      );
      expect(seen[at]?.evidence).toBe('AWS says no');
      expect(order.at(-1)).toBe('removal');
      expect(exitCodeOf(await report)).toBe(1);
    },
  );

  test('runs the checks that do not need the failed one', async () => {
    const { report } = drivenBy([check('a', () => Promise.reject(new Error('no'))), check('b')]);
    expect((await report).seen.map(({ status }) => status)).toEqual(['fail', 'pass']);
  });

  test('ends a check at its time limit, even one that ignores the signal', async () => {
    const { report, order } = drivenBy([check('a', never), check('b')]);
    await vi.advanceTimersByTimeAsync(10 * 60_000 + 15_000);
    const { seen } = await report;
    expect(seen[0]).toMatchObject({ status: 'fail', evidence: 'not done after 10 minutes', seconds: 615 });
    expect(order).toEqual(['a', 'b', 'removal']);
  });

  test('starts no check after the time limit of the run, and removes everything', async () => {
    const { report, order } = drivenBy([check('a', never), check('b'), check('c')], { minutes: 5 });
    await vi.advanceTimersByTimeAsync(5 * 60_000 + 15_000);
    const { seen } = await report;
    expect(seen.map(({ status }) => status)).toEqual(['fail', 'not reached', 'not reached']);
    expect(seen[1]?.evidence).toBe('the 5 minutes were over');
    expect(order).toEqual(['a', 'removal']);
  });

  test('ends at Ctrl-C, and removes everything within a separate time limit', async () => {
    const interrupt = new AbortController();
    let heard: unknown;
    const signals: AbortSignal[] = [];
    const { report, order } = drivenBy([check('a', never), check('b')], {
      interrupt: interrupt.signal,
      trial: (signal) => {
        signals.push(signal);
        signal.addEventListener('abort', () => {
          heard = signal.reason;
        });
        return fakeTrial(goodWorld());
      },
    });
    interrupt.abort();
    await vi.advanceTimersByTimeAsync(15_000);
    const { seen } = await report;
    expect(heard).toEqual(new Error('interrupted'));
    expect(seen.map(({ status }) => status)).toEqual(['fail', 'not reached']);
    expect(order).toEqual(['a', 'removal']);
    expect(signals.at(-1)?.aborted).toBe(false);
  });

  test('continues the removal after Ctrl-C', async () => {
    const interrupt = new AbortController();
    const { report } = drivenBy([check('a')], {
      interrupt: interrupt.signal,
      removeAll: async (_, signal) => {
        interrupt.abort();
        await vi.advanceTimersByTimeAsync(60_000);
        return signal.aborted ? [{ kind: 'volume', id: 'vol-1', remove: [] }] : [];
      },
    });
    expect(await report).toMatchObject({ left: [] });
    expect((await report).cleanup).toBeUndefined();
  });

  test('reports a removal that does not finish', async () => {
    const { report } = drivenBy([check('a')], { removeAll: never });
    await vi.advanceTimersByTimeAsync(CLEANUP_MINUTES * 60_000 + 15_000);
    expect((await report).cleanup).toMatch(/not done/);
    expect(exitCodeOf(await report)).toBe(3);
  });

  test('ends with 3 when something is left, even if every check passed', async () => {
    const left = [{ kind: 'volume', id: 'vol-1', remove: [] }];
    expect(exitCodeOf(await drivenBy([check('a')], { removeAll: async () => left }).report)).toBe(3);
  });

  test('removes nothing with --keep', async () => {
    const { report, order } = drivenBy([check('a')], { keep: true });
    await report;
    expect(order).toEqual(['a']);
  });
});
