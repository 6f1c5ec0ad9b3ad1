import fc from 'fast-check';
import { type DecisionCase, decisionAgent } from '../../lab/proxy/decisions';
import { decide } from '../../lib/policy';
import { decisions } from '../policy/fixture';
import type { RunningProxy } from './stand-in/proxy';
import { NAMES, POLICIES, question } from './stand-in/questions';
import { canBuild, Replay } from './stand-in/replay';

/** Number of generated requests; by hand more: `AIRLOCK_RUNS=20000 npx jest … stand-in-differential`. */
const RUNS = Number(process.env.AIRLOCK_RUNS ?? 1500);

(canBuild() ? describe : describe.skip)('our decider and the stand-in, which share no code,', () => {
  const replay = new Replay();
  const proxies = new Map<string, RunningProxy>();
  beforeAll(async () => {
    await replay.open(NAMES);
    for (const policy of POLICIES) proxies.set(policy, await replay.run(policy));
  }, 300_000);
  afterAll(() => replay.close());

  test('decide alike about generated requests', async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(question, async ({ policy, asked }) => {
        const { agent, airlock } = decisionAgent(decisions, policy);
        const { reason: _, risk: __, ...decision } = decide(airlock, agent, asked);
        const status = decision.status ?? (decision.allowed ? undefined : ('none' as const));
        const found: DecisionCase = {
          id: 'generated',
          shows: 'a generated request',
          group: 'generated',
          policy,
          request: asked,
          expect: { ...decision, secrets: [...decision.secrets], status },
          from: ['policy'],
        };
        ends.set(decision.by, (ends.get(decision.by) ?? 0) + (decision.allowed ? 0 : 1));
        if (decision.allowed) ends.set('passed', (ends.get('passed') ?? 0) + 1);
        const seen = await replay.ask(proxies.get(policy) as RunningProxy, found);
        if (decision.by !== 'front') expect(seen).toMatchObject({ result: 'held' });
      }),
      { numRuns: RUNS },
    );
    process.stderr.write(
      `decider and stand-in: ${RUNS} requests, ${JSON.stringify(Object.fromEntries(ends))}\n`,
    );
    for (const end of ['passed', 'front', 'transport', 'proxy', 'rules', 'network'])
      expect(ends.get(end)).toBeGreaterThan(0);
  }, 600_000);
});
