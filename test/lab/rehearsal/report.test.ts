import { LAWS } from '../../../lab/rehearsal/plan/laws';
import { isSound, judged, type RehearsalReport, SCOPE } from '../../../lab/rehearsal/plan/report';
import { rehearsalJunit, rehearsalMarkdown } from '../../../lab/rehearsal/plan/views';

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
  expect(rehearsalMarkdown(report(judged(law, yes, no), leftOut))).toContain('1 of 1 checks');
  expect(rehearsalJunit(report(leftOut))).toMatch(
    /failures="0" skipped="1".*[\s\S]*<skipped message="no mirror has it"\/>/,
  );
});

test('a document says what was seen in both machines, and nothing in it is markup', () => {
  const text = rehearsalMarkdown(report(judged(law, yes, no)));
  expect(text).toContain('**Everything holds**: 1 of 1 checks');
  expect(text).toContain('\\<that\\> \\| & more');
  expect(text).toContain('| first | a | 31.5 | 1 | 20 | 4 |');
  expect(text).toContain('| wrong | b | never |');
  expect(text).toContain(SCOPE);
});

test('a build server counts what is not shown as a failure', () => {
  const text = rehearsalJunit(report(judged(law, yes, no), judged({ ...law, id: 'R02' }, yes, yes)));
  expect(text).toMatch(/tests="2" failures="1" skipped="0"/);
  expect(text).toContain('<failure type="unproven"');
  expect(text).not.toContain('<that>');
});
