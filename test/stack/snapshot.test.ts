import { CONNECT_PORT } from '../../constructs/names';
import { reviewText } from '../../lib/operations/ci/review-text';
import { opensConnect } from '../../lib/runtimes/opens-connect';
import { kitAirlock } from '../support/arbitrary-airlock';
import { pinned, templateOf } from './synthesise';

/** More is nothing that a person reviews. */
const LINES = 1840;

describe('the test configuration', () => {
  const airlock = pinned(kitAirlock());
  const template = templateOf(airlock);
  const text = reviewText(template);

  test('makes this template', () => {
    expect(text).toMatchSnapshot();
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
