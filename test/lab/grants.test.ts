import { grantedRule, observeGrantEnd } from '../../lab/proxy/plan/grants';
import { compilePolicy } from '../../lib/policy';
import { kitAirlock } from '../support/arbitrary-airlock';

const END = 1_000_000;
const at = (seconds: number, passed: boolean) => ({ at: END + seconds * 1000, passed });

test.each([
  ['just before it', [at(-0.5, true), at(0.1, false)], 'held'],
  ['a second before it', [at(-1.2, true), at(-0.9, false), at(1, false)], 'held'],
  ['after it', [at(-0.5, true), at(0.3, true), at(0.6, false)], 'failed'],
  ['and none was refused', [at(-0.5, true)], 'failed'],
  ['long before it', [at(-9, true), at(-8.5, false)], 'broken'],
  ['never', [at(0, false)], 'broken'],
])('the last request of a grant passed %s', (_, tries, result) => {
  expect(observeGrantEnd(tries, [END, END])).toMatchObject({ result });
});

test('the granted rule is a high-risk one of the cell', () => {
  const airlock = kitAirlock();
  const [agent] = airlock.agents.filter(({ name }) => name === 'scout');
  const policy = agent ? compilePolicy(airlock, agent).text : '';
  expect(grantedRule({ policy, agent: 'scout', stack: 'airlock' } as never)?.id).toBe('release-delete');
});
