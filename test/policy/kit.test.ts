import fc from 'fast-check';
import { compilePolicy, decide } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { arbitraryAirlock, kitAirlock } from '../support/arbitrary-airlock';

const kit = kitAirlock();

describe('the test configuration', () => {
  test.each(kit.agents)('gives $name a policy that warden takes', (agent) => {
    const { text } = compilePolicy(kit, agent);
    expect(readBundle(text, agent.name, `/${kit.name}/${agent.name}/`)).toMatchObject({ ok: true });
  });

  test.each([
    ['GET', 'https://api.github.com/repos/ironsh/iron-proxy/releases', true, 'release-notes-read'],
    ['PATCH', 'https://api.github.com/repos/ironsh/iron-proxy/releases/1', true, 'release-notes-write'],
    ['DELETE', 'https://api.github.com/repos/ironsh/iron-proxy/releases/1', false, 'release-delete'],
    ['GET', 'https://api.github.com/user', false, undefined],
  ])('decides %s %s for Scout', (method, url, allowed, rule) => {
    const scout = kit.agents.find(({ name }) => name === 'scout');
    if (!scout) throw new Error('no scout');
    expect(decide(kit, scout, { method, url })).toMatchObject({ allowed, ...(rule ? { rule } : {}) });
  });
});

test('every configuration that loads compiles to a policy that warden takes, and can be decided', () => {
  fc.assert(
    fc.property(arbitraryAirlock({ maxAgents: 2, maxRules: 15 }), (airlock) => {
      for (const agent of airlock.agents) {
        const { text } = compilePolicy(airlock, agent);
        expect(readBundle(text, agent.name, `/${airlock.name}/${agent.name}/`)).toMatchObject({ ok: true });
        expect(decide(airlock, agent, { method: 'GET', url: 'https://stranger.example.org/' }).allowed).toBe(
          false,
        );
      }
    }),
    { numRuns: 25 },
  );
});
