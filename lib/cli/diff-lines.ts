import type { Change } from '../changes/change';
import type { DiffResult } from '../operations/diff';
import type { Context } from './context';
import { count } from './table';

type Compared = Extract<DiffResult, { reason: 'compared' }>;

/** `scout  + GET api.github.com /repos/ironsh/docs/contents/*  (github-read-pat, low)`. */
export function diffLines({ from, changes }: Compared, { colours }: Context): string[] {
  const paints = { '+': colours.green, '-': colours.red, '~': colours.yellow };
  const width = Math.max(...changes.map(({ of }) => of.length));
  return [
    ...changes.map((change) => `${change.of.padEnd(width)}  ${paints[change.sign](lineOf(change))}`),
    ...(changes.length > 0 ? [''] : []),
    colours.dim(`${summary(changes)} since ${from}`),
  ];
}

/** A comment on GitHub takes 65,536 characters. */
const MOST_LINES = 300;
const LONGEST = 180;

/** The same for a comment on a pull request. */
export function diffMarkdown({ from, changes }: Compared): string[] {
  const lines = changes.slice(0, MOST_LINES).map((change) => {
    const line = lineOf(change);
    // GitHub colours +, - and !.
    return `${change.sign === '~' ? '!' : change.sign} ${change.of}  ${line.slice(2)}`;
  });
  const left = changes.length - lines.length;
  const cut = lines.map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line));
  // Longer than any run of backticks inside, so that no value ends the code block.
  const longest = Math.max(
    2,
    ...cut.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length))),
  );
  const fence = '`'.repeat(longest + 1);
  return [
    `**Airlock**: ${summary(changes)} since ${inline(from)}.`,
    ...(cut.length > 0 ? ['', `${fence}diff`, ...cut, fence] : []),
    ...(left > 0 ? ['', `${count(left, 'more line')}: run \`npx airlock diff\`.`] : []),
  ];
}

function lineOf({ sign, what, detail }: Change): string {
  return `${sign} ${what}${detail === undefined ? '' : `  (${detail})`}`;
}

/** Text in a code span, which Markdown leaves alone. */
function inline(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function summary(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing changed';
  const of = (kind: Change['kind'], ...signs: Change['sign'][]) =>
    changes.filter((change) => change.kind === kind && (signs.length === 0 || signs.includes(change.sign)))
      .length;
  const counts: [number: number, one: string, many?: string][] = [
    [of('agent', '+'), 'new agent'],
    [of('agent', '-'), 'agent removed', 'agents removed'],
    [of('rule', '+'), 'rule opened', 'rules opened'],
    [of('rule', '~'), 'rule on other terms', 'rules on other terms'],
    [of('rule', '-'), 'rule closed', 'rules closed'],
    [of('secret'), 'secret'],
    [of('permission'), 'permission'],
    [of('setting'), 'setting'],
  ];
  const parts = counts.flatMap(([number, one, many]) => (number > 0 ? [count(number, one, many)] : []));
  return parts.join(', ') || 'only the cost changed';
}
