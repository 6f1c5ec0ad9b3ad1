import fc from 'fast-check';
import type { Agent, Airlock } from '../../lib/config/model';
import { compilePolicy, decide } from '../../lib/policy';
import { type Bundle, readBundle } from '../../lib/policy/document/read';
import { render } from '../../lib/warden/render';
import { textIn } from '../../lib/warden/slot';
import { arbitraryAirlock } from '../support/arbitrary-airlock';

const STRANGER = { method: 'GET', url: 'https://stranger.example.org/' };

function accepted(airlock: Airlock, agent: Agent): Bundle {
  const { text } = compilePolicy(airlock, agent);
  const result = readBundle(text, agent.name, `/${airlock.name}/${agent.name}/`);
  if (!result.ok) throw new Error(`${agent.name}: ${result.problem}`);
  return result.bundle;
}

describe('what the kit compiles is what warden takes', () => {
  test('any valid configuration; a stranger is refused; and with no secret set, no rule with a secret is in force', () => {
    fc.assert(
      fc.property(arbitraryAirlock({ maxAgents: 2 }), (airlock) => {
        for (const agent of airlock.agents) {
          const bundle = accepted(airlock, agent);
          expect(decide(airlock, agent, STRANGER).allowed).toBe(false);
          const { policy, gate } = render(bundle, new Set(agent.secrets.map(({ parameter }) => parameter)));
          const used = agent.secrets.filter(({ id }) => agent.egress.some(({ secret }) => secret === id));
          const headers = used.flatMap(({ inject }) => (inject.kind === 'header' ? [inject.header] : []));
          expect(new Set(JSON.parse(gate).injected)).toEqual(new Set(headers));
          const text = textIn('a', policy);
          for (const { parameter } of agent.secrets) expect(text).not.toContain(parameter);
          const secretRules = bundle.airlock.secrets.flatMap(({ rules }) =>
            rules.map((rule) => JSON.stringify(rule)),
          );
          const { rules } = JSON.parse(text).transforms[1].config;
          for (const rule of rules) expect(secretRules).not.toContain(JSON.stringify(rule));
        }
      }),
      { numRuns: 25 },
    );
  });
});
