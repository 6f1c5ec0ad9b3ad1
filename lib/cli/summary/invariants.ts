import type { Summary } from '../../operations/synth/summary';
import { wrap } from '../../wrap';
import type { Context } from '../context';
import { type Cell, table } from '../table';

/** Every invariant that a template can show, each with its verdict and the findings that break it. */
export function invariantLines(
  { invariants, unseen }: Pick<Summary, 'invariants' | 'unseen'>,
  { colours, columns, width }: Context,
): string[] {
  const broken = invariants.filter(({ held }) => !held);
  const verdict =
    broken.length === 0
      ? { text: 'all hold: every agent reaches its own proxy box and nothing else', paint: colours.green }
      : { text: `${broken.length} of ${invariants.length} broken: do not deploy this`, paint: colours.red };
  const column = Math.max(...invariants.map(({ id }) => id.length)) + '  ok      '.length + 2;
  const rows = invariants.flatMap(({ id, law, held, broken: findings }): Cell[][] => [
    ...wrap(law, width - column).map((line, index): Cell[] => [
      index === 0 ? id : '',
      { text: index === 0 ? (held ? 'ok' : 'BROKEN') : '', paint: held ? colours.green : colours.red },
      line,
    ]),
    ...findings.flatMap(({ resource, message, fix }) =>
      wrap(`${resource}: ${message}: ${fix}`, width - column - 2).map((line, index): Cell[] => [
        '',
        '',
        `${index === 0 ? '- ' : '  '}${line}`,
      ]),
    ),
  ]);
  const edges = unseen.flatMap(({ resource, why }) => wrap(`not seen at ${resource}: ${why}`, width - 2));
  return [
    ...table([[{ text: 'Invariants', paint: colours.bold }, verdict]], '', columns),
    ...table(rows, '  '),
    ...edges.map((line) => colours.yellow(`  ${line}`)),
    '',
  ];
}
