import { passes } from '../../../lab/proof/report';
import { LAWS } from '../../../lab/rehearsal/plan/laws';
import { isSound, judged, type RehearsalReport, SCOPE } from '../../../lab/rehearsal/plan/report';
import { reportOf } from '../../../lab/rehearsal/plan/views';

const law = { id: 'R01', ...LAWS.R01 };
const yes = { held: true, saw: 'this' };
const no = { held: false, saw: '<that> | & more' };

test.each([
  ['holds', yes, no],
  ['fails', no, no],
  ['fails', no, undefined],
  ['unproven', yes, yes],
  ['unproven', yes, undefined],
  ['not seen', undefined, no],
])('a check %s by what was seen in both machines', (verdict, real, broken) => {
  expect(judged(law, real, broken).verdict).toBe(verdict);
});

const report = (...checks: RehearsalReport['checks']): RehearsalReport => ({
  format: 1,
  scope: SCOPE,
  ...{ agent: 'scout', os: 'debian-13', door: 'no proxy', runtime: 'none', started: 'now', seconds: 9 },
  template: { file: 'x.json', sha256: 'ab' },
  userDataBytes: 7000,
  versions: { systemd: '257' },
  boots: [
    {
      name: 'first',
      what: 'a',
      agentUpSeconds: 31.5,
      resolverSeconds: 1,
      shutSeconds: 20,
      failingSeconds: 4,
    },
    { name: 'wrong', what: 'b' },
  ],
  checks,
});

test('a rehearsal is sound when every check holds, and never without any', () => {
  expect(isSound(report(judged(law, yes, no)))).toBe(true);
  expect(isSound(report())).toBe(false);
  for (const bad of [judged(law, no, no), judged(law, yes, yes), judged(law, undefined, undefined)])
    expect(isSound(report(judged(law, yes, no), bad))).toBe(false);
});

test('what there is nothing to judge of is left out with its reason, and proves nothing by itself', () => {
  const leftOut = judged({ ...law, id: 'R12' }, 'no mirror has it', undefined);
  expect(leftOut).toMatchObject({ verdict: 'not applicable', saw: 'no mirror has it' });
  expect(isSound(report(judged(law, yes, no), leftOut))).toBe(true);
  expect(isSound(report(leftOut))).toBe(false);
});

test('the reporter shows each check, and a run passes as it is sound', () => {
  const { proofs } = reportOf(report(judged(law, yes, no), judged(law, undefined, undefined)));
  expect(proofs.map(({ verdict }) => verdict)).toEqual(['holds', 'not run']);
  expect(passes(reportOf(report(judged(law, yes, no))))).toBe(true);
  expect(passes(reportOf(report(judged(law, yes, yes))))).toBe(false);
});
