import { compilePolicy, decide } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { kitAirlock } from '../support/arbitrary-airlock';

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
