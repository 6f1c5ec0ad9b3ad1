import { contain } from '../../lib/containment/contain';
import { release } from '../../lib/containment/release';
import * as operation from '../../lib/operations/contain';
import type { VerifyLine } from '../../lib/operations/verify';
import { FakeAccount, FakeClock } from './fake-account';

let clock: FakeClock;
let aws: FakeAccount;
beforeEach(() => {
  clock = new FakeClock();
  aws = new FakeAccount(clock);
});
const by = 'arn:aws:iam::123456789012:user/operator';
const states = ({ steps }: { readonly steps: readonly { readonly id: string; readonly state: string }[] }) =>
  Object.fromEntries(steps.map(({ id, state }) => [id, state]));
const scout = () => contain(aws.cell('scout'), aws, clock, { by });

describe('KILL-1 contain', () => {
  test('does every step, reads each back, and touches no other agent', async () => {
    const done = await scout();
    expect(done.isCut).toBe(true);
    expect(done.cutSeconds).toBeGreaterThanOrEqual(12);
    expect(new Set(Object.values(states(done)))).toEqual(new Set(['confirmed']));
    expect(Object.keys(states(done)).sort()).toEqual([
      'deny-sessions',
      'end-grants',
      'quarantine-agent-host',
      'quarantine-proxy-box',
      'record',
      'snapshot-agent-host',
      'snapshot-proxy-box',
      'still-cut',
      'stop-agent-host',
      'stop-proxy-box',
      'tell',
    ]);
    expect(aws.calls).toContain('stop i-scout-box by force');
    expect(aws.calls.filter((call) => call.includes('mender'))).toEqual([]);
    expect(aws.told[0]).toMatch(
      /^scout is cut off\nscout is cut off, \d+ s after the start\. Asked for by arn:/,
    );
  });

  test('ends its grants and no others, and calls none ended that AWS still has', async () => {
    const done = await scout();
    expect(done.steps.find(({ id }) => id === 'end-grants')).toMatchObject({
      saw: 'deleted: release-delete',
    });
    expect([...aws.grants]).toEqual(['/airlock/mender/grants/release-delete']);
    aws.ignores.add('endGrant');
    expect(states(await contain(aws.cell('mender'), aws, clock, { by }))).toMatchObject({
      'end-grants': 'unconfirmed',
      'still-cut': 'confirmed',
    });
  });

  test('takes the evidence of the agent host before it stops it', async () => {
    await scout();
    expect(aws.calls.indexOf('snapshot i-scout-host')).toBeLessThan(aws.calls.indexOf('stop i-scout-host'));
  });

  test('leaves the agent host running in quarantine when asked', async () => {
    const done = await contain(aws.cell('scout'), aws, clock, { by, keepRunning: true });
    expect(done.isCut).toBe(true);
    expect(states(done)['stop-agent-host']).toBe('skipped');
    expect(aws.calls).not.toContain('stop i-scout-host');
    expect(aws.cell('scout').machines[0]?.interfaces[0]?.groups).toEqual(['sg-quarantine']);
  });

  test.each([
    ['setGroups', 'quarantine-proxy-box', true],
    ['denySessions', 'deny-sessions', true],
    ['endGrant', 'end-grants', true],
    ['snapshot', 'snapshot-agent-host', true],
    ['tell', 'tell', true],
    ['recordContainment', 'record', true],
    ['stop', 'stop-proxy-box', false],
  ] as const)('when AWS denies %s, that step fails, and every other is tried', async (method, id, isCut) => {
    aws.refuses.add(method);
    const done = await scout();
    expect(done.isCut).toBe(isCut);
    expect(states(done)[id]).toBe('failed');
    expect(done.steps.find((step) => step.id === id)?.saw).toBe(`AWS denied ${method}`);
    // A cut is looked at again; without one there is nothing to look at.
    expect(done.steps).toHaveLength(isCut ? 11 : 10);
  });

  test('a stop that AWS accepts and does not carry out is no cut, and people are told so', async () => {
    aws.ignores.add('stop');
    const done = await scout();
    expect(done).toMatchObject({ isCut: false });
    expect(states(done)['stop-proxy-box']).toBe('unconfirmed');
    expect(aws.told[0]).toMatch(/^scout is NOT confirmed to be cut off/);
  });

  test('quarantine alone is no cut, because it ends no tracked connection', async () => {
    aws.refuses.add('stop');
    const done = await scout();
    expect(states(done)['quarantine-agent-host']).toBe('confirmed');
    expect(done.isCut).toBe(false);
  });

  test('a machine that AWS stops listing is no cut, and a terminated one is', async () => {
    const { stop } = aws;
    aws.stop = async (id, force) => {
      await stop(id, force);
      aws.remove(id);
    };
    const unlisted = await scout();
    expect(unlisted.isCut).toBe(false);
    expect(states(unlisted)['quarantine-proxy-box']).toBe('unconfirmed');
    aws.stop = async (id) => aws.terminate(id);
    const done = await contain(aws.cell('mender'), aws, clock, { by });
    expect(done.isCut).toBe(true);
    expect(states(done)['quarantine-agent-host']).toBe('confirmed');
  });

  test('without a proxy box, the stopped agent host is the cut', async () => {
    aws.remove('i-scout-box');
    expect(await scout()).toMatchObject({ isCut: true });
  });

  test('a stack without a quarantine group says what to do, and the cut goes on', async () => {
    aws.quarantine = undefined;
    const done = await scout();
    expect(done.isCut).toBe(true);
    const step = done.steps.find(({ id }) => id === 'quarantine-agent-host');
    expect(step).toMatchObject({ state: 'failed', saw: expect.stringMatching(/deploy it once/) });
  });

  test('may be repeated, also by two operators at once', async () => {
    const [one, two] = await Promise.all([scout(), scout()]);
    expect([one.isCut, two.isCut, (await scout()).isCut]).toEqual([true, true, true]);
  });
});

test('KILL-1 what a release undoes at the same time is not called cut', async () => {
  const snapshot = aws.snapshot;
  // Somebody releases the agent while its last snapshot is made.
  aws.snapshot = async (id) => {
    if (id === 'i-scout-box') {
      await release(aws.cell('scout'), aws, clock, { by, because: 'too early' });
    }
    return snapshot(id);
  };
  const done = await scout();
  expect(states(done)).toMatchObject({ 'stop-proxy-box': 'confirmed', 'still-cut': 'unconfirmed' });
  expect(done.isCut).toBe(false);
  expect(done.cutSeconds).toBeUndefined();
  expect(aws.told.at(-1)).toMatch(/^scout is NOT confirmed to be cut off/);
});

describe('KILL-1 release', () => {
  const freed = () => release(aws.cell('scout'), aws, clock, { by, because: 'false alarm' });
  beforeEach(async () => {
    await scout();
    await aws.cells();
    aws.calls.length = 0;
  });

  test('puts everything back, the proxy box first', async () => {
    const before = new FakeAccount(clock).cell('scout');
    expect(await freed()).toMatchObject({ isReleased: true });
    expect(aws.cell('scout')).toEqual(before);
    expect(aws.calls.indexOf('start i-scout-box')).toBeLessThan(
      aws.calls.findIndex((call) => call.startsWith('setGroups eni-i-scout-host')),
    );
    expect(aws.told.at(-1)).toContain(`scout is released by ${by}: false alarm`);
  });

  test.each(['allowSessions', 'setGroups', 'start'] as const)(
    'when AWS denies %s for the proxy box, the agent host stays stopped and quarantined',
    async (method) => {
      aws.refuses.add(method);
      const done = await freed();
      expect(done.isReleased).toBe(false);
      expect(aws.cell('scout').machines[0]).toMatchObject({
        state: 'stopped',
        interfaces: [{ groups: ['sg-quarantine'] }],
      });
    },
  );
});

describe('the operations', () => {
  const input = (agent: string) => ({ aws, clock, stack: 'airlock', agent });

  test('an unknown agent is answered with the nearest name', async () => {
    expect(await operation.contain(input('scuot'), { by })).toEqual({
      reason: 'unknown-agent',
      message:
        'no machine of an agent "scuot" exists; the stack "airlock" has machines of mender, scout; did you mean "scout"?',
    });
  });

  test('a dry run changes nothing', async () => {
    expect(await operation.contain(input('scout'), { by, dryRun: true })).toMatchObject({
      reason: 'planned',
    });
    expect(aws.calls).toEqual([]);
  });

  test('without an agent, all of the stack is contained side by side', async () => {
    const done = await operation.contain({ aws, clock, stack: 'airlock' }, { by });
    expect(done).toMatchObject({
      containments: [
        { agent: 'scout', isCut: true },
        { agent: 'mender', isCut: true },
      ],
    });
  });

  describe('KILL-1 a release asks the live checks first', () => {
    const because = 'a false alarm';
    const line = (id: string, result: 'pass' | 'fail') =>
      ({ id, title: id, invariants: [], result, reason: 'what was seen', fix: 'mend it' }) as VerifyLine;
    const of = { stack: 'airlock', account: '1', region: 'us-east-1', at: '' };
    const asked = (lines: VerifyLine[]) => async () => ({ reason: 'failed' as const, ...of, lines });

    test('and changes nothing while one fails', async () => {
      const verify = asked([line('vpc', 'pass'), line('routes', 'fail'), line('backup', 'fail')]);
      const done = await operation.release(input('scout'), { by, because, verify, despite: ['backup'] });
      expect(done).toMatchObject({ reason: 'unverified', agent: 'scout', failed: [{ id: 'routes' }] });
      expect(aws.calls).toEqual([]);
    });

    test('nor when AWS gives no answer, whatever may fail', async () => {
      const verify = async () => ({ reason: 'no-answer' as const, message: 'no credentials' });
      const done = await operation.release(input('scout'), { by, because, verify, despite: ['routes'] });
      expect(done).toEqual({ reason: 'aws', message: 'no credentials' });
      expect(aws.calls).toEqual([]);
    });

    test('and tells everybody which failed check it ignored', async () => {
      const verify = asked([line('backup', 'fail')]);
      const done = await operation.release(input('scout'), { by, because, verify, despite: ['backup'] });
      expect(done).toMatchObject({ release: { isReleased: true } });
      expect(aws.told[0]).toContain('a false alarm (despite failed checks: backup)');
    });

    test('and a drill is no way around them', async () => {
      await scout();
      aws.calls.length = 0;
      expect(await operation.drill(input('scout'), { by })).toEqual({
        reason: 'not-running',
        message: 'i-scout-host of scout is stopped: release the agent first, or start its machines',
      });
      expect(aws.calls).toEqual([]);
    });
  });

  test('KILL-1 a drill records its day only when everything was confirmed', async () => {
    expect(await operation.drill(input('scout'), { by })).toMatchObject({ recorded: '2026-01-02' });
    expect(aws.calls).toContain('recordDrill scout 2026-01-02');
    aws.calls.length = 0;
    aws.refuses.add('snapshot');
    expect(await operation.drill(input('mender'), { by })).not.toHaveProperty('recorded');
    expect(aws.calls.filter((call) => call.startsWith('recordDrill'))).toEqual([]);
  });
});
