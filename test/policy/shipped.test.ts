import fc from 'fast-check';
import { parse } from 'yaml';
import { compilePolicy, decide, ironProxyGrammar } from '../../lib/policy';
import { arbitraryAirlock, shippedAirlock } from '../support/arbitrary-airlock';

const shipped = shippedAirlock();

describe('the shipped configuration', () => {
  test.each(shipped.agents)('gives $name a policy that iron-proxy takes', (agent) => {
    const [document = ''] = compilePolicy(shipped, agent).text.split('\n---\n');
    expect(ironProxyGrammar.safeParse(parse(document)).success).toBe(true);
  });

  test.each([
    ['GET', 'https://api.github.com/repos/ironsh/iron-proxy/releases', true, 'release-notes-read'],
    ['PATCH', 'https://api.github.com/repos/ironsh/iron-proxy/releases/1', true, 'release-notes-write'],
    ['DELETE', 'https://api.github.com/repos/ironsh/iron-proxy/releases/1', false, 'release-delete'],
    ['GET', 'https://api.github.com/user', false, undefined],
  ])('decides %s %s for Scout', (method, url, allowed, rule) => {
    const scout = shipped.agents.find(({ name }) => name === 'scout');
    if (!scout) throw new Error('no scout');
    expect(decide(shipped, scout, { method, url })).toMatchObject({ allowed, ...(rule ? { rule } : {}) });
  });
});

test('every configuration that loads compiles to a policy that iron-proxy takes, and can be decided', () => {
  fc.assert(
    fc.property(arbitraryAirlock({ maxAgents: 2, maxRules: 15 }), (airlock) => {
      for (const agent of airlock.agents) {
        const [document = ''] = compilePolicy(airlock, agent).text.split('\n---\n');
        expect(ironProxyGrammar.safeParse(parse(document)).error?.issues).toBeUndefined();
        expect(decide(airlock, agent, { method: 'GET', url: 'https://stranger.example.org/' }).allowed).toBe(
          false,
        );
      }
    }),
    { numRuns: 25 },
  );
});
