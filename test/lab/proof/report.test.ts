import { judge, type Verdict } from '../../../lab/proof/judge';
import { junitOf } from '../../../lab/proof/junit';
import { markdownOf } from '../../../lab/proof/markdown';
import { passes, type Report } from '../../../lab/proof/report';
import { terminalLines } from '../../../lab/proof/terminal';
import { createContext } from '../../../lib/cli/context';
import type { Services } from '../../../lib/cli/services';

const HOSTILE = 'a|b<script>&"\u001b[31m\n# c';
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal reads as a colour begins with one
const ANSI = /\u001b\[\d+m/g;

const proof = (id: string, verdict: Verdict) => ({
  ...{ id, law: 'NET-1', group: 'tests', title: HOSTILE, heldBy: 'a group', verdict, saw: HOSTILE },
  weakened: [{ place: 'open', failed: verdict !== 'unproven', saw: 'it came through' }],
  locks: [{ lock: 'acls', held: verdict !== 'weak', saw: 'connected' }],
});

function report(...verdicts: Verdict[]): Report {
  return {
    command: 'airlock lab',
    title: 'Lab report',
    scope: 'A STAND-IN ran.',
    started: '2026-11-27T00:00:00.000Z',
    seconds: 1,
    proofs: verdicts.map((verdict, index) => proof(`T0${index + 1}`, verdict)),
    success: 'nothing got out',
    problems: [],
    facts: [['template', HOSTILE]],
    tables: [{ title: 'Machines', note: 'All of them.', head: ['machine'], rows: [[HOSTILE]] }],
  };
}

function terminal(of: Report): string {
  const context = createContext({ env: {}, columns: 1000, cwd: '/' } as never, {} as Services);
  return terminalLines(of, context).join('\n').replaceAll(ANSI, '');
}

test('a run passes by its proofs and its problems', () => {
  expect(passes(report('holds'))).toBe(true);
  expect(passes(report('holds', 'weak'))).toBe(false);
  expect(passes({ ...report('holds'), problems: ['the interfaces of this machine changed'] })).toBe(false);
});

test('JUnit counts failures and what was skipped, and quotes hostile text', () => {
  const text = junitOf(report('holds', 'fails', 'unproven', 'not applicable'));
  expect(text).toContain('<testsuite name="airlock lab" tests="4" failures="2" skipped="1" time="1">');
  expect(text).toContain('<failure type="unproven"');
  expect(text).toContain('classname="airlock.lab.NET-1"');
  expect(text).toContain('in the weakened copy &quot;open&quot;: it came through');
  expect(text).toContain('a|b&lt;script&gt;&amp;&quot; [31m # c');
  for (const raw of ['<script>', '\u001b']) expect(text).not.toContain(raw);
});

test('JUnit and the terminal name a problem that is no proof', () => {
  const of = { ...report('holds'), problems: ['the interfaces of this machine changed'] };
  expect(junitOf(of)).toContain('tests="2" failures="1"');
  expect(terminal(of)).toMatch(/failed: the interfaces of this machine changed \(1 s\)$/);
  expect(markdownOf(of)).toContain('- **the interfaces of this machine changed**');
});

test('Markdown keeps hostile text inside its cell', () => {
  const text = markdownOf(report('fails'));
  for (const raw of ['<script>', '\u001b']) expect(text).not.toContain(raw);
  expect(text.split('\n')).not.toContain('# c');
  expect(text).toContain('a\\|b\\<script\\>');
});

test('Markdown says what each verdict means and what was seen in each place', () => {
  const text = markdownOf(report('holds', 'weak'));
  expect(text).toContain('**FAILED: see the verdicts below** (1 s)');
  expect(text).toContain('| weak | 1 | the claim held, but a lock');
  expect(text).toMatch(/\| T02 .* \| WEAK \| .* \| open \| it came through \| a group \| NOT acls \|/);
  expect(text).toContain('## Machines\n\nAll of them.\n\n| machine |');
  expect(markdownOf(report('holds'))).toContain('**Passed: nothing got out** (1 s)');
});

test('the terminal shows counts by group, and each failed proof in full', () => {
  const text = terminal(report('holds', 'unproven', 'weak', 'not applicable'));
  expect(text).toMatch(/proofs +tried +holds +weak +unproven +not applicable/);
  expect(text).toMatch(/tests +3 +1 +1 +1 +1/);
  expect(text).toContain('did not fail in the weakened copy "open": it came through');
  expect(text).toContain('not held by acls alone: connected');
  expect(text).toMatch(/failed: 1 weak, 1 unproven \(1 s\)$/);
  expect(terminal(report('holds'))).toMatch(/nothing got out \(1 s\)$/);
  expect(terminal(report('not applicable'))).toMatch(/failed: nothing was shown \(1 s\)$/);
});

test('every output shows the scope', () => {
  for (const text of [terminal(report('holds')), markdownOf(report('holds'))])
    expect(text).toContain('A STAND-IN ran.');
});

test('a judged proof fits every reporter', () => {
  const judged = judge(
    { id: 'T01', law: 'L', group: 'g', title: 't', run: [], mustFailIn: [] },
    { shipped: undefined, weakened: () => undefined },
  );
  expect(junitOf({ ...report(), proofs: [judged] })).toContain('<failure type="not run" message="not run"/>');
});
