import { NOTHING, pass } from '../../lib/warden/pass';
import { BOX, FakeBox } from './support/fake-box';
import { codes, settled } from './support/settled';

describe('warden and the gate', () => {
  test('writes its policy, starts it before iron-proxy, and leaves a living one alone', async () => {
    const box = await FakeBox.make();
    const first = await pass(box, BOX, NOTHING);
    const place = (words: string) => box.commands.findIndex((line) => line.includes(words));
    expect(place('restart airlock-gate')).toBeGreaterThanOrEqual(0);
    expect(place('restart airlock-gate')).toBeLessThan(place('restart iron-proxy'));
    expect(box.modes.get(box.paths.gatePolicy)).toEqual({ mode: 0o640, group: 'airlock-gate' });
    expect(JSON.parse(box.files.get(box.paths.gatePolicy) ?? '').policy.agent).toBe('scout');
    box.commands.length = 0;
    await pass(box, BOX, first.memory);
    expect(box.commands.join()).not.toContain('restart airlock-gate');
  });

  test('starts one that died, and says why nothing passes when it can’t', async () => {
    const { box, poll } = await settled();
    box.gateRuns = false;
    expect((await poll()).health.healthy).toBe(true);
    box.gateRuns = false;
    box.gateBroken = true;
    expect(codes(await poll())).toEqual(['gate-down']);
  });

  test('reports records that can’t be written', async () => {
    const { box, poll } = await settled();
    box.gateFailure = 'ENOSPC';
    const last = await poll();
    expect(last.health).toMatchObject({
      healthy: false,
      reasons: [{ code: 'records-failing', detail: 'ENOSPC' }],
    });
  });

  test('replaces the gate of another warden', async () => {
    const { box, result } = await settled();
    box.commands.length = 0;
    await pass(box, { ...BOX, warden: 'f'.repeat(64) }, result.memory);
    expect(box.commands.join()).toContain('restart airlock-gate');
  });
});
