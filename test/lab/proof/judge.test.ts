import { isWell, judge, tally, VERDICTS, type Verdict } from '../../../lab/proof/judge';
import { all, type Observation, type Proof } from '../../../lab/proof/proof';

const PROOF: Proof = {
  id: 'T01',
  law: 'NET-1',
  group: 'tests',
  title: 'a test',
  run: [],
  mustFailIn: ['open', 'shut'],
  locks: ['groups', 'acls'],
};
const see = (result: Observation['result']): Observation => ({ result, saw: result });
const unspoken: Observation = { result: 'held', saw: 'no HTTP/2', unspoken: true };
const [held, failed, partly] = [see('held'), see('failed'), see('partly failed')];

describe('a proof gets the verdict', () => {
  test.each<[Verdict, Observation | undefined, (Observation | undefined)[], (Observation | undefined)[]]>([
    ['holds', held, [failed, failed], [held, held]],
    ['fails', failed, [], []],
    ['fails', partly, [failed, failed], [held, held]],
    ['unproven', held, [failed, held], [held, held]],
    ['unproven', held, [failed, partly], [held, held]],
    ['unproven', held, [failed, see('broken')], [held, held]],
    ['unproven', held, [failed, undefined], [held, held]],
    ['unproven', held, [failed, see('not applicable')], [held, held]],
    ['not applicable', unspoken, [failed, unspoken], [held, held]],
    ['holds', unspoken, [failed, failed], [held, held]],
    ['unproven', unspoken, [failed, held], [held, held]],
    ['unproven', held, [failed, unspoken], [held, held]],
    ['unproven', unspoken, [unspoken, held], [held, held]],
    ['weak', held, [failed, failed], [held, failed]],
    ['weak', held, [failed, failed], [held, see('broken')]],
    ['weak', held, [failed, failed], [held, undefined]],
    ['broken', see('broken'), [failed, failed], [held, held]],
    ['not run', undefined, [failed, failed], [held, held]],
    ['not applicable', see('not applicable'), [], []],
  ])('%s', (verdict, shipped, [open, shut], [groups, acls]) => {
    const places: Record<string, Observation | undefined> = { open, shut, groups, acls };
    const report = judge(PROOF, { shipped, weakened: (id) => places[id], alone: (id) => places[id] });
    expect(report.verdict).toBe(verdict);
  });
});

test('a proof that nothing can make fail holds when it held', () => {
  const report = judge({ ...PROOF, mustFailIn: [], locks: [] }, { shipped: held, weakened: () => undefined });
  expect(report).toMatchObject({ verdict: 'holds', weakened: [], locks: [] });
});

test('a report names each place where the claim must fail and each lock, with what was seen', () => {
  const report = judge(PROOF, { shipped: held, weakened: () => failed, alone: () => held });
  expect(report.weakened).toEqual([
    { place: 'open', failed: true, saw: 'failed' },
    { place: 'shut', failed: true, saw: 'failed' },
  ]);
  expect(report.locks.map(({ lock, held }) => [lock, held])).toEqual([
    ['groups', true],
    ['acls', true],
  ]);
});

test.each<[Verdict, boolean]>([
  ['holds', true],
  ['fails', false],
  ['weak', false],
  ['unproven', false],
  ['broken', false],
  ['not run', false],
  ['not applicable', true],
])('a run in which one proof is "%s" passes: %s', (verdict, passes) => {
  expect(isWell([{ verdict: 'holds' }, { verdict }])).toBe(passes);
});

test('a run in which no proof holds does not pass', () => {
  expect(isWell([])).toBe(false);
  expect(isWell([{ verdict: 'not applicable' }])).toBe(false);
});

test('a tally counts every verdict, and each verdict says what it means', () => {
  const counts = tally([{ verdict: 'holds' }, { verdict: 'holds' }, { verdict: 'weak' }]);
  expect(counts).toMatchObject({ holds: 2, weak: 1, fails: 0 });
  expect(Object.keys(counts)).toEqual(Object.keys(VERDICTS));
});

test('what was seen of several conditions names all that failed', () => {
  expect(all('fine', [true, 'x'])).toEqual({ result: 'held', saw: 'fine' });
  expect(all('fine', [false, 'x'], [true, 'y'], [false, 'z'])).toEqual({ result: 'failed', saw: 'x; z' });
});
