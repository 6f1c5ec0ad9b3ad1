import { decisions } from '../policy/fixture';
import type { RunningProxy } from './stand-in/proxy';
import { canBuild, cases, Stage } from './stand-in/stage';

/**
 * Every shared case against lab/proxy/stand-in on loopback. What agrees here are two readings of iron-proxy's documentation
 * and source; the real iron-proxy is not among them.
 */
(canBuild() ? describe : describe.skip)('the stand-in decides as the shared cases say', () => {
  const stage = new Stage();
  const proxies = new Map<string, RunningProxy>();

  beforeAll(async () => {
    await stage.open();
    for (const policy of Object.keys(decisions.policies)) proxies.set(policy, await stage.run(policy));
  }, 300_000);
  afterAll(() => stage.close());

  test.each(cases.map((found) => [found.id, found.shows, found] as const))('%s: %s', async (_, __, found) => {
    const verdict = await stage.ask(proxies.get(found.policy) as RunningProxy, found);
    if (verdict === undefined) {
      // There is nothing to send: no door is even knocked at.
      expect(found.expect).toEqual({ allowed: false, by: 'transport', status: 'none' });
    } else {
      expect(verdict).toEqual({ kind: 'agrees' });
    }
  });

  test('no audit line holds a secret, and every log says what wrote it', () => {
    const lines = stage.proxies.flatMap((proxy) => proxy.lines);
    expect(lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(100);
    expect(lines.filter((line) => JSON.stringify(line).includes('not-a-real-key'))).toEqual([]);
    const named = lines.filter(({ msg }) => String(msg).includes('stand-in-not-iron-proxy'));
    expect(named).toHaveLength(proxies.size);
  });

  test('a secret is fetched on first use, and once', () => {
    const asked = stage.store?.asked ?? [];
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeGreaterThan(0);
  });
});
