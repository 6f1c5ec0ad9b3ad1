import fc from 'fast-check';
import { airlockWith, airlockWithAgent, arbitraryAirlock, kitAirlock } from '../support/arbitrary-airlock';

describe('what other tests build on', () => {
  test('an agent with 200 rules of its own loads', () => {
    const [airlock] = fc.sample(arbitraryAirlock({ maxAgents: 1, maxRules: 200 }), { numRuns: 1, seed: 7 });
    expect(airlock?.agents).toHaveLength(1);
  });

  test('overrides change what they name and nothing else', () => {
    expect(airlockWith({ network: { dns: 'off' } }).network).toEqual({
      ...kitAirlock().network,
      dns: 'off',
    });
    expect(airlockWithAgent('scout', { runtime: 'codex' }).agents.map(({ runtime }) => runtime)).toEqual([
      'claude-code',
      'codex',
    ]);
  });
});
