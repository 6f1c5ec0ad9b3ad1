import { execFileSync } from 'node:child_process';
import { decisions } from '../policy/fixture';
import type { RunningProxy } from './stand-in/proxy';
import { canBuild, cases, Replay, SOURCE } from './stand-in/replay';

/**
 * Every shared case against lab/proxy/stand-in on loopback. Two readings of iron-proxy's documentation and source agree
 * here; no real iron-proxy takes part.
 */
(canBuild() ? describe : describe.skip)('the stand-in decides as the shared cases say', () => {
  const replay = new Replay();
  const proxies = new Map<string, RunningProxy>();

  beforeAll(async () => {
    await replay.open();
    for (const policy of Object.keys(decisions.policies)) proxies.set(policy, await replay.run(policy));
  }, 300_000);
  afterAll(() => replay.close());

  const reaching = cases.filter(({ expect: wanted }) => wanted.by !== 'front');
  test.each(reaching.map((found) => [found.id, found.shows, found] as const))(
    '%s: %s',
    async (_, __, found) => {
      const verdict = await replay.ask(proxies.get(found.policy) as RunningProxy, found);
      if (verdict === undefined) {
        // No client can send it.
        expect(found.expect).toEqual({ allowed: false, by: 'transport', status: 'none' });
      } else {
        expect(verdict).toMatchObject({ result: 'held' });
      }
    },
  );

  test('no audit line holds a secret, and every log names the stand-in', () => {
    const lines = replay.proxies.flatMap((proxy) => proxy.lines);
    expect(lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(100);
    expect(lines.filter((line) => JSON.stringify(line).includes('not-a-real-key'))).toEqual([]);
    const named = lines.filter(({ msg }) => String(msg).includes('stand-in-not-iron-proxy'));
    expect(named).toHaveLength(proxies.size);
  });

  test('its own tests pass', () => {
    execFileSync('go', ['vet', './...'], { cwd: SOURCE });
    execFileSync('go', ['test', './...'], { cwd: SOURCE });
  }, 120_000);

  test('a secret is fetched at its first use, and once', () => {
    const asked = replay.store?.asked ?? [];
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeGreaterThan(0);
  });
});
