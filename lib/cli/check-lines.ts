import type { Verdict } from '../operations/preflight/check';
import type { NoAnswer } from '../operations/verify';
import { indented } from '../wrap';
import type { Context } from './context';

type CheckLine = { readonly id: string; readonly title: string } & (Verdict | NoAnswer);

/** Checks with their verdicts: what was checked, what was found, and what to do about it. */
export function checkLines(lines: readonly CheckLine[], context: Context): string[] {
  const { colours } = context;
  const marks: Readonly<Record<CheckLine['result'], [text: string, paint: (text: string) => string]>> = {
    pass: ['ok   ', colours.green],
    fail: ['FAIL ', colours.red],
    'no answer': ['????? ', colours.red],
    gap: ['gap  ', colours.yellow],
    'not applicable': ['n/a  ', colours.dim],
  };
  return lines.flatMap((line) => {
    const [mark, paint] = marks[line.result];
    const [first = '', ...more] = indented(`${line.id}: ${line.title}`, context, mark);
    return [
      paint(mark) + first.slice(mark.length),
      ...more,
      ...indented(line.reason, context, ' '.repeat(mark.length)),
      ...('fix' in line ? indented(line.fix, context, '     do: ') : []),
    ];
  });
}
