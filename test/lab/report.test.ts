import { EVERY_V4, parseCidr } from '../../constructs/address/cidr';
import { labLines } from '../../lab/commands/lab-lines';
import { matchOf } from '../../lab/network/plan/match';
import { junitOf } from '../../lab/proof/report/junit';
import { markdownOf } from '../../lab/proof/report/markdown';
import { isWell, type LabReport, scopeOf } from '../../lab/proof/report/report';
import type { AttemptReport, Verdict } from '../../lab/proof/verdict';
import { createContext } from '../../lib/cli/context';
import type { Services } from '../../lib/cli/services';
import { userDataText } from '../../lib/user-data-text';
import { airlock } from '../cli/fake-terminal';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal reads as a colour begins with one
const ANSI = /\u001b\[\d+m/g;
const HOSTILE = 'a|b<script>&"\u001b[31m\n# c';

function attempt(verdict: Verdict): AttemptReport {
  const [id, group, title, stops, saw] = ['T01', 'tests', HOSTILE, 'a group', HOSTILE];
  return { id, group, title, invariant: 'NET-1', stops, weakened: 'vpc', verdict, saw, locks: [] };
}

function report(verdict: Verdict, more: Partial<LabReport> = {}): LabReport {
  return {
    format: 1,
    scope: scopeOf(undefined),
    decisions: [],
    started: '2026-01-02T03:04:05Z',
    seconds: 1,
    template: { file: 't.json', sha256: 'ab' },
    versions: { kernel: '6' },
    attacker: 'agent-host of scout',
    modes: { resolver: 'blocked', egress: 'public addresses' },
    machines: [],
    attempts: [attempt(verdict)],
    controls: [],
    drops: [],
    questions: { asked: 0, answered: 0 },
    networks: [],
    sealed: true,
    assumptions: [],
    ...more,
  };
}

test.each([
  ['stopped', true],
  ['not applicable', true],
  ['escaped', false],
  ['unproven', false],
  ['weak', false],
  ['broken', false],
] as const)('a run with an attempt that is %s is well: %s', (verdict, well) => {
  expect(isWell(report(verdict))).toBe(well);
});

test('a decision that the door takes otherwise is not well, one that releases differ on is', () => {
  const decision = (verdict: 'disagrees' | 'open') => [{ id: 'x', group: 'g', verdict, saw: HOSTILE }];
  expect(isWell(report('stopped', { decisions: decision('disagrees') }))).toBe(false);
  expect(isWell(report('stopped', { decisions: decision('open') }))).toBe(true);
});

test('every report says what stood behind the doors, and that a stand-in is none', () => {
  const door = { version: '1', origin: 'somewhere' };
  expect(scopeOf(undefined)).toMatch(/NOT played/);
  expect(scopeOf({ ...door, kind: 'iron-proxy' })).toMatch(/warden and iron-proxy 1 \(somewhere\)/);
  expect(scopeOf({ ...door, kind: 'stand-in' })).toMatch(/STAND-IN.*nothing about iron-proxy itself/s);
});

test('a lab that was not sealed is not well, nor is one whose doors are dead or unproven', () => {
  expect(isWell(report('stopped', { sealed: false }))).toBe(false);
  for (const verdict of ['fails', 'unproven'] as const) {
    const controls = [{ id: 'T02', title: 'a door', verdict, saw: '', seenToFailIn: [] }];
    expect(isWell(report('stopped', { controls }))).toBe(false);
  }
});

test('every output says that policy decisions are no part of the run', () => {
  const context = createContext({ env: {}, columns: 1000 } as never, {} as Services);
  const lines = labLines(report('stopped'), context).join(' ');
  for (const text of [lines, markdownOf(report('stopped')), JSON.stringify(report('stopped'))]) {
    // Colours may stand between two of the words.
    expect(text.replaceAll(ANSI, '').replaceAll(/\s+/g, ' ')).toContain('no policy decision was tested');
  }
});

test('JUnit tells failures from what does not apply, and quotes hostile text', () => {
  expect(junitOf(report('escaped'))).toContain('tests="1" failures="1" skipped="0"');
  expect(junitOf(report('not applicable'))).toContain('failures="0" skipped="1"');
  const text = junitOf(report('escaped'));
  expect(text).not.toContain('<script>');
  expect(text).not.toContain('\u001b');
  expect(text).toContain('a|b&lt;script&gt;&amp;&quot; [31m # c');
});

test('Markdown keeps hostile text inside its cell', () => {
  const text = markdownOf(report('escaped'));
  expect(text).not.toContain('<script>');
  expect(text).not.toContain('\u001b');
  expect(text.split('\n')).not.toContain('# c');
  expect(text).toContain('a\\|b\\<script\\>');
});

describe('a rule becomes nftables text', () => {
  const to = (cidr: string) => parseCidr(cidr) ?? EVERY_V4;
  test.each([
    ['0.0.0.0/0', [0, 255], [0, 65535], 'meta nfproto ipv4'],
    ['10.0.0.0/8', [6, 6], [443, 443], 'ip daddr 10.0.0.0/8 meta l4proto 6 th dport 443'],
    ['10.1.2.3', [17, 17], [1024, 65535], 'ip daddr 10.1.2.3/32 meta l4proto 17 th dport 1024-65535'],
    ['0.0.0.0/0', [1, 1], [0, 65535], 'meta nfproto ipv4 meta l4proto 1'],
    ['0.0.0.0/0', [1, 1], [772, 772], 'meta nfproto ipv4 meta l4proto 1 @th,0,16 772'],
    ['0.0.0.0/0', [1, 1], [0, 771], 'meta nfproto ipv4 meta l4proto 1 @th,0,16 0-771'],
    ['0.0.0.0/0', [50, 50], [3, 3], 'meta nfproto ipv4 meta l4proto 50'],
    ['0.0.0.0/0', [18, 255], [0, 65535], 'meta nfproto ipv4 meta l4proto 18-255'],
    ['2001:db8::/32', [6, 6], [0, 65535], 'ip6 daddr 2001:db8::/32 meta l4proto 6'],
  ] as const)('%s %j %j', (cidr, protocols, ports, text) => {
    expect(matchOf({ ...to(cidr), protocols, ports }, 'daddr')).toBe(text);
  });

  test('a range that is no block is written as one', () => {
    const box = { family: 4, addresses: [1n, 6n], protocols: [6, 6], ports: [22, 22] } as const;
    expect(matchOf(box, 'saddr')).toBe('ip saddr 0.0.0.1-0.0.0.6 meta l4proto 6 th dport 22');
  });
});

test.each([
  ['plain', 'plain'],
  [{ 'Fn::Base64': 'x' }, 'x'],
  [{ 'Fn::Base64': { 'Fn::Join': ['', ['a', { Ref: 'B' }, 'c']] } }, 'a${…}c'],
  [undefined, '${…}'],
  [{ 'Fn::Join': 'nonsense' }, '${…}'],
])('user data %j reads %j', (value, text) => {
  expect(userDataText(value)).toBe(text);
});

describe('airlock lab refuses in one line', () => {
  test.each([
    [['--only', 'QQ'], /^error: no attempt "QQ": groups are A, B/],
    [['--json', '/nowhere/at-all/x.json'], /^error: .*x\.json can't be written/],
  ])('%j', async (options, words) => {
    const ran = await airlock(['lab', '--template', 'none.json', ...options]);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});
