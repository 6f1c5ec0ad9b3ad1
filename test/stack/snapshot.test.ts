import { agentPrefix, CONNECT_PORT } from '../../constructs/names';
import { reviewText } from '../../lib/operations/ci/review-text';
import { compilePolicy } from '../../lib/policy';
import { opensConnect } from '../../lib/runtimes/opens-connect';
import { kitAirlock } from '../support/arbitrary-airlock';
import { pinned, type StackTemplate, templateOf } from './synthesise';

/** More is nothing that a person reviews. */
const LINES = 1690;

/** The parameters with an agent's policy, in order. */
function policyOf({ Resources }: StackTemplate, agent: string) {
  const parameters = Object.values(Resources).map(({ Properties }) => Properties);
  return parameters.filter(({ Name }) => String(Name).startsWith(`${agentPrefix('airlock', agent)}/policy/`));
}

describe('the test configuration', () => {
  const airlock = pinned(kitAirlock());
  const template = templateOf(airlock);
  const text = reviewText(template);

  test('makes this template', () => {
    const shown = templateOf(airlock);
    // test/policy says what a policy is.
    for (const part of airlock.agents.flatMap((agent) => policyOf(shown, agent.name)))
      part.Value = '<policy>';
    expect(reviewText(shown)).toMatchSnapshot();
  });

  test('holds the compiled policy of each agent, whole', () => {
    for (const agent of airlock.agents) {
      const parts = policyOf(template, agent.name).map(({ Value }) => Value);
      expect(parts.join('')).toBe(compilePolicy(airlock, agent).text);
    }
  });

  test('can be reviewed', () => {
    expect(text.split('\n').length).toBeLessThan(LINES);
    expect(text).not.toMatch(/\[object Object\]|undefined/);
  });

  test('NET-1 opens the CONNECT port in both security groups of an agent that needs it, and of no other', () => {
    const open = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::EC2::SecurityGroup' && JSON.stringify(Properties).includes(`"FromPort":${CONNECT_PORT},`)
        ? [Properties.Tags.find(({ Key }: { Key: string }) => Key === 'airlock:agent').Value]
        : [],
    );
    const needing = airlock.agents.filter(opensConnect).map(({ name }) => name);
    expect(needing).toHaveLength(1);
    expect(open.sort()).toEqual([...needing, ...needing]);
  });

  test('looks the same whatever a build changes', () => {
    expect(text).not.toMatch(/\b[0-9a-f]{64}\b/);
  });
});
