import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { REFUSED_HEADERS } from '../../lib/policy';
import { toBytes } from '../../lib/policy/bytes';
import { UNSET_LOCK } from '../../lib/policy/document/facts';
import { CREDENTIAL_HEADERS } from '../../lib/policy/document/header-lists';
import { splitHostPort } from '../../lib/policy/host-port';
import { pathMatch } from '../../lib/policy/path-match';
import { parseRequestTarget } from '../../lib/policy/request-target';
import { temporary } from '../support/temporary';
import { configuration, scout } from './support';

/**
 * Our copy of Go's matching and parsing against Go's own library, which iron-proxy uses. With more questions:
 * `AIRLOCK_GO_RUNS=200000 npx vitest run test/policy/go.test.ts`
 */
const wanted = spawnSync('go', ['version']).status === 0;
if (!wanted) process.stderr.write("skipped: Go's library is asked with Go 1.26, and there is no Go here\n");
const RUNS = Number(process.env.AIRLOCK_GO_RUNS ?? 5000);

interface Question {
  readonly kind: string;
  readonly [field: string]: string;
}

(wanted ? describe : describe.skip)("our copy of Go's library", () => {
  const folder = wanted ? temporary() : '';
  const judge = join(folder, 'judge');

  beforeAll(() => {
    execFileSync('go', ['build', '-o', judge, '.'], { cwd: join(__dirname, 'go') });
  });

  function ask(questions: readonly Question[]): string[] {
    const input = questions.map((question) => JSON.stringify(question)).join('\n');
    const output = execFileSync(judge, { input: `${input}\n`, maxBuffer: 1 << 30 }).toString();
    return output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
  }

  const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64');
  const pieces = (...texts: string[]): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...texts), { maxLength: 9 }).map((found) => found.join(''));

  test('matches as path.Match does', () => {
    const pattern = fc.oneof(
      pieces(
        '*',
        '?',
        '[',
        ']',
        '[a-z]',
        '[^a]',
        '[^',
        '-',
        '\\',
        '\\*',
        'a',
        'b',
        '/',
        'é',
        '/*',
        '[é-ü]',
        '\u{1f512}',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    const name = fc.oneof(
      pieces('a', 'b', 'c', '/', '*', 'é', '-', ']', '\\', '\u{1f512}', 'ab/'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const bytes = fc.oneof(
      name.map(toBytes),
      fc.uint8Array({ maxLength: 8 }).map((raw) => Buffer.from(raw).toString('latin1')),
    );
    const near = pattern.chain((text) =>
      fc.tuple(fc.constantFrom('', 'ab', 'a/b', '/'), fc.constantFrom('a', '/', 'é')).map(([star, one]) => {
        const name = text.replace(/\\(.)|\*|\?|\[\^?.-?.?\]/gu, (part, literal?: string) =>
          part === '*' ? star : (literal ?? one),
        );
        return [text, toBytes(name)] as const;
      }),
    );
    const cases = fc
      .sample(fc.oneof(fc.tuple(pattern, bytes), near), RUNS)
      .filter(([p]) => !/\p{Surrogate}/u.test(p));
    const answers = ask(
      cases.map(([p, n]) => ({ kind: 'match', pattern: base64(toBytes(p)), name: base64(n) })),
    );
    const differing = cases.filter(([p, n], index) => pathMatch(p, n) !== answers[index]);
    process.stderr.write(
      `path.Match: ${cases.length} cases, ${['match', 'no match', 'bad pattern'].map((kind) => `${answers.filter((answer) => answer === kind).length} ${kind}`).join(', ')}; ${differing.length} differ\n`,
    );
    expect(differing).toEqual([]);
  });

  test('takes a request line apart as http.ReadRequest does', () => {
    const target = fc.oneof(
      pieces(
        '/',
        '//',
        'a',
        '..',
        '.',
        '%2e',
        '%2F',
        '%',
        '%zz',
        '%25',
        '%00',
        '?',
        '#',
        '\\',
        ';',
        ':',
        '@',
        '*',
        ' ',
        '\t',
        '\u007f',
        'é',
        '%ff',
        '+',
      ),
      fc
        .tuple(
          fc.constantFrom('http://', 'HTTPS://', 'x:', 'http:', '//', '', ':'),
          pieces(
            'a',
            '.',
            ':',
            '80',
            '@',
            '[',
            ']',
            '[::1]',
            '[fe80::1%25e]',
            '%41',
            '%c3',
            '%25',
            '<',
            '|',
            '"',
            '{',
            '\\',
            '1.2.3.4',
          ),
          pieces('/', 'x', '?', '#', '%2e'),
        )
        .map((parts) => parts.join('')),
      fc.string({ maxLength: 14 }),
    );
    const method = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('GET', 'CONNECT', 'get') },
      fc.constantFrom('OPTIONS', 'G T', '', 'X-Y', 'GÉT'),
      fc.string({ maxLength: 5 }),
    );
    // A line break ends the request line: what follows is headers, and no longer a question about the target.
    const cases = fc.sample(fc.tuple(method, target), RUNS).filter(([m, t]) => !/[\n]/.test(m + t));
    const answers = ask(cases.map(([m, t]) => ({ kind: 'target', method: m, target: base64(toBytes(t)) })));
    const ours = cases.map(([m, t]) => {
      const parsed = parseRequestTarget(m, toBytes(t));
      return parsed.ok ? `${parsed.scheme}|${base64(parsed.host)}|${base64(parsed.path)}` : 'refused';
    });
    const differing = cases.flatMap((question, index) =>
      ours[index] === answers[index] ? [] : [{ question, ours: ours[index], go: answers[index] }],
    );
    process.stderr.write(
      `http.ReadRequest: ${cases.length} cases, ${answers.filter((answer) => answer === 'refused').length} refused; ${differing.length} differ\n`,
    );
    expect(differing.slice(0, 20)).toEqual([]);
  });

  test('splits host and port as net.SplitHostPort does', () => {
    const cases = fc
      .sample(pieces('a', ':', '[', ']', '443', '.', '::1', '%'), RUNS)
      .filter((text) => text !== '');
    const answers = ask(cases.map((name) => ({ kind: 'split', name: base64(name) })));
    const ours = cases.map((text) => {
      const split = splitHostPort(text);
      return split ? `${split.host}|${split.port}` : 'none';
    });
    const differing = cases.filter((_, index) => ours[index] !== answers[index]);
    process.stderr.write(`net.SplitHostPort: ${cases.length} cases; ${differing.length} differ\n`);
    expect(differing).toEqual([]);
  });

  test('SEC-2 the locked formatter refuses UNSET and formats everything else', () => {
    const formatters = ['Bearer {{ .Value }}', '{{ .Value }}', 'Basic {{ base64 "x:" .Value }}', ''];
    const questions = formatters.flatMap((formatter) =>
      ['UNSET', 'unset', 'UNSET ', 'value'].map((value) => ({
        kind: 'format',
        pattern: UNSET_LOCK + formatter,
        value,
      })),
    );
    const answers = ask(questions);
    expect(answers.slice(0, 4)).toEqual(['refused', '=Bearer unset', '=Bearer UNSET ', '=Bearer value']);
    expect(answers.filter((_, index) => index % 4 === 0)).toEqual([
      'refused',
      'refused',
      'refused',
      'refused',
    ]);
    expect(answers).not.toContain('unparsable');
  });

  test('NET-6 POL-1 SEC-4 the header list takes off what makes another request or is a credential, however it is written', () => {
    const transforms = configuration(scout()).transforms ?? [];
    const listed = transforms.flatMap((found) =>
      found.name === 'header_allowlist' ? found.config.headers : [],
    );
    expect(listed).toHaveLength(1);
    const taken: readonly string[] = [...REFUSED_HEADERS, ...CREDENTIAL_HEADERS];
    const names = [
      'Upgrade',
      'UPGRADE',
      'upgrade',
      'uPgRaDe',
      'Upgrades',
      'Upgrad',
      'Upgrate',
      'Xpgrade',
      'Authorizatio',
      'Te',
      'X',
      'Upgrade-Insecure-Requests',
      'Sec-Websocket-Key',
      'X-Lab',
      ...taken,
      ...taken.map((name) => name.toUpperCase()),
    ];
    const answers = ask(
      names.map((name) => ({ kind: 'header', pattern: (listed[0] ?? '').slice(1, -1), name })),
    );
    expect(answers).toEqual(names.map((name) => String(!taken.includes(name.toLowerCase()))));
    const never = ask(names.map((name) => ({ kind: 'header', pattern: '$^', name })));
    expect(new Set(never)).toEqual(new Set(['false']));
  });
});
