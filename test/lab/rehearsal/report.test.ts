import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { junitOf } from '../../../lab/proof/junit';
import { markdownOf } from '../../../lab/proof/markdown';
import type { Observation } from '../../../lab/proof/proof';
import { passes } from '../../../lab/proof/report';
import { LAWS, type LawId } from '../../../lab/rehearsal/plan/laws';
import { type RehearsalReport, reportOf, SCOPE } from '../../../lab/rehearsal/plan/report';
import type { Results } from '../../../lab/rehearsal/run/rehearsal';
import { judged } from '../../../lab/rehearsal/run/run-boots';

const held: Observation = { result: 'held', saw: 'this' };
const failed: Observation = { result: 'failed', saw: 'that' };
const IDS = Object.keys(LAWS) as LawId[];
const each = (observation: Observation) =>
  Object.fromEntries(IDS.map((id) => [id, observation])) as Results['shipped'];

const report = (shipped: Results['shipped'], faulty: Results['faulty']): RehearsalReport => ({
  format: 2,
  scope: SCOPE,
  ...{ agent: 'scout', os: 'debian-13', proxyBox: 'a proxy', runtime: 'none', started: 'now', seconds: 9 },
  template: { file: 'x.json', sha256: 'ab' },
  userDataBytes: 7000,
  versions: { systemd: '257' },
  boots: [
    { name: 'first', what: 'a', agentUpSeconds: 31.5, noProxySeconds: 20, mirrorFailingSeconds: 4 },
    { name: 'wrong', what: 'b' },
  ],
  proofs: judged({ shipped, faulty }),
});

test('a rehearsal has 16 laws, each with its id and the machine in which it must fail, as docs/REHEARSAL.md lists them', () => {
  expect(IDS).toHaveLength(16);
  const page = readFileSync(join(__dirname, '../../../docs/REHEARSAL.md'), 'utf8');
  for (const id of IDS) {
    expect(LAWS[id]).toMatchObject({ id, mustFailIn: [expect.any(String)] });
    expect(page).toContain(`| ${id} | ${LAWS[id].title} | ${LAWS[id].mustFailIn[0]} |`);
  }
});

test('a rehearsal passes when every law holds and fails on the faulty machine', () => {
  expect(passes(reportOf(report(each(held), each(failed))))).toBe(true);
});

test.each<[string, Results['shipped'], Results['faulty']]>([
  ['fails', { ...each(held), R07: failed }, each(failed)],
  ['held on the faulty machine too', each(held), { ...each(failed), R07: held }],
  ['was never seen on the faulty machine', each(held), { ...each(failed), R07: undefined }],
  ['was never judged', { ...each(held), R07: undefined }, each(failed)],
])('a rehearsal does not pass when one law %s', (_, shipped, faulty) => {
  expect(passes(reportOf(report(shipped, faulty)))).toBe(false);
});

test('a law that does not apply is skipped with its reason', () => {
  const shipped = { ...each(held), R12: { result: 'not applicable', saw: 'no mirror has it' } as const };
  const some = reportOf(report(shipped, { ...each(failed), R12: undefined }));
  expect(passes(some)).toBe(true);
  expect(some.success).toContain('15 laws hold');
  expect(junitOf(some)).toContain('<skipped message="no mirror has it"/>');
});

test('the document has the scope, both machines of each law, and the boots', () => {
  const text = markdownOf(reportOf(report(each(held), each(failed))));
  for (const part of [SCOPE, 'a web server on every address | that', '| first | a | 31.5 |  | 20 | 4 |'])
    expect(text).toContain(part);
  expect(text).toContain('| wrong | b | never |');
});
