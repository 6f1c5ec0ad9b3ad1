import type { Attempt } from '../../lab/network/attempts/attempt';
import { judge, judgeControl, type Outcome, outcomeOf, type ProbeResult } from '../../lab/proof/verdict';
import { cast, KIT } from './support';

const SCENE = cast(KIT);
const ATTEMPT: Attempt = {
  id: 'T01',
  group: 'tests',
  title: 'a test',
  invariant: 'NET-1',
  stops: 'nothing',
  from: 'agent',
  weakened: 'vpc',
  probes: () => [],
};
const result = (more: Partial<ProbeResult> = {}): ProbeResult => ({
  probe: { do: 'tcp' },
  token: 'ALAB-1-0-abcdef',
  answered: false,
  saw: 'no answer',
  ...more,
});
const outcome = (through: boolean, broken = false): Outcome => ({ through, broken, saw: '' });

describe('an attempt got through when', () => {
  test.each([
    ['nothing answered and nothing arrived', [result()], [], {}, false],
    ['something answered', [result({ answered: true })], [], {}, true],
    [
      'its packet came out elsewhere, though nobody answered',
      [result()],
      [{ at: 'internet', token: 'ALAB-1-0-abcdef' }],
      {},
      true,
    ],
    [
      'only its own machine saw its packet',
      [result()],
      [{ at: SCENE.agent.name, token: 'ALAB-1-0-abcdef' }],
      {},
      false,
    ],
    [
      'a packet of another attempt arrived',
      [result()],
      [{ at: 'internet', token: 'ALAB-2-0-abcdef' }],
      {},
      false,
    ],
    ["only the link's own services saw it", [result()], [{ at: 'aws', token: 'ALAB-1-0-abcdef' }], {}, false],
    [
      'it wanted to read, and read nothing',
      [result({ answered: true })],
      [],
      { seenBy: 'agent' as const },
      false,
    ],
    [
      'it wanted to read, and did',
      [result()],
      [{ at: SCENE.agent.name, token: 'ALAB-1-0-abcdef' }],
      { seenBy: 'agent' as const },
      true,
    ],
  ])('%s', (_, results, sightings, attempt, through) => {
    expect(outcomeOf(attempt, results, sightings, [SCENE.agent.name], SCENE).through).toBe(through);
  });

  test('nothing was sent: that is broken, not stopped', () => {
    expect(outcomeOf({}, [], [], [], SCENE)).toMatchObject({ through: false, broken: true });
  });
});

describe('the verdict is', () => {
  test.each([
    ['stopped', outcome(false), outcome(true)],
    ['escaped', outcome(true), undefined],
    ['escaped', outcome(true, true), undefined],
    ['unproven', outcome(false), outcome(false)],
    ['unproven', outcome(false), undefined],
    ['unproven', outcome(false), 'not built: …'],
    ['broken', outcome(false, true), outcome(true)],
    ['not applicable', 'this template has no NAT gateway', undefined],
  ] as const)('%s', (verdict, shipped, open) => {
    expect(judge(ATTEMPT, shipped, open).verdict).toBe(verdict);
  });
});

test('an attempt that one of its locks does not stop alone is weak, and an escape stays one', () => {
  const locks = [{ lock: 'acls', held: false, saw: 'connected' }] as const;
  expect(judge(ATTEMPT, outcome(false), outcome(true), locks).verdict).toBe('weak');
  expect(judge(ATTEMPT, outcome(true), undefined, locks).verdict).toBe('escaped');
});

describe('what must work', () => {
  const control = { id: 'T02', title: 'a door', failsIn: ['shut'] as const };
  const yes = [result({ answered: true })];
  const no = [result()];
  test.each([
    ['works', yes, no],
    ['fails', no, no],
    ['fails', [...yes, ...no], no],
    ['unproven', yes, yes],
    ['unproven', yes, undefined],
    ['unproven', yes, [result({ broken: 'it ended' })]],
    ['not applicable', 'this template has no other cell', undefined],
  ] as const)('%s', (verdict, results, elsewhere) => {
    expect(judgeControl(control, results, () => elsewhere).verdict).toBe(verdict);
  });
});
