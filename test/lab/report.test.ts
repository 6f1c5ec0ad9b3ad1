import { markdownOf } from '../../lab/proof/markdown';
import { passes } from '../../lab/proof/report';
import { terminalLines } from '../../lab/proof/terminal';
import { DECISIONS, type LabReport, LEGITIMATE, reportOf, scopeOf } from '../../lab/report';
import { createContext } from '../../lib/cli/context';
import type { Services } from '../../lib/cli/services';
import { airlock } from '../cli/fake-terminal';

const proof = (id: string, group: string) =>
  ({ id, law: 'NET-1', group, title: 't', verdict: 'holds', saw: '', weakened: [], locks: [] }) as const;

function report(more: Partial<LabReport> = {}): LabReport {
  return {
    format: 2,
    scope: scopeOf(undefined),
    started: '2026-01-02T03:04:05Z',
    seconds: 1,
    template: { file: 't.json', sha256: 'ab' },
    versions: { kernel: '6' },
    attacker: 'agent-host of scout',
    modes: { resolver: 'blocked', egress: 'public addresses' },
    machines: [],
    proofs: [proof('T01', 'tests'), proof('Y01', LEGITIMATE), proof('c', DECISIONS)],
    drops: [],
    questions: { asked: 0, answered: 0 },
    networks: [],
    sealed: true,
    assumptions: ['nobody else'],
    ...more,
  };
}

test('every report says what ran on the proxy boxes, and that a stand-in is no iron-proxy', () => {
  const program = { version: '1', origin: 'somewhere' };
  expect(scopeOf(undefined)).toMatch(/did NOT run.*no policy decision was tested/);
  expect(scopeOf({ ...program, kind: 'iron-proxy' })).toMatch(/warden and iron-proxy 1 \(somewhere\)/);
  expect(scopeOf({ ...program, kind: 'stand-in' })).toMatch(/STAND-IN.*nothing about iron-proxy itself/s);
  const context = createContext({ env: {}, stdoutIsTerminal: false, cwd: '/' } as never, {} as Services);
  const lines = terminalLines(reportOf(report()), context).join(' ');
  for (const text of [lines, markdownOf(reportOf(report())), JSON.stringify(report())])
    expect(text).toContain('no policy decision was tested');
});

test('a lab that was not sealed fails', () => {
  expect(passes(reportOf(report()))).toBe(true);
  expect(passes(reportOf(report({ sealed: false })))).toBe(false);
});

test('success counts attempts apart from legitimate traffic and decision cases', () => {
  const { success } = reportOf(report());
  expect(success).toMatch(/^nothing got out: 1 attempts stopped, /);
  expect(success).toContain('also hold: 1 of legitimate traffic, 1 of decision cases');
});

test('Markdown says what was assumed', () => {
  expect(markdownOf(reportOf(report()))).toContain('| assumed | nobody else |');
});

describe('airlock lab refuses in one line', () => {
  test.each([
    [['--only', 'QQ'], /^error: no attempt "QQ": groups are A, B/],
    [['--junit', '/nowhere/at-all/x.xml'], /^error: .*x\.xml can't be written/],
  ])('%j', async (options, words) => {
    const ran = await airlock(['lab', '--template', 'none.json', ...options]);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});
