import type { Verdict } from '../operations/preflight/check';
import type { Context } from './context';

type CheckLine = { readonly id: string; readonly title: string } & Verdict;

/** Checks with their verdicts: what was looked at, what was seen, and what to do where it failed. */
export function checkLines(lines: readonly CheckLine[], { colours }: Pick<Context, 'colours'>): string[] {
  const marks = {
    pass: colours.green('ok  '),
    fail: colours.red('FAIL'),
    'not applicable': colours.dim('n/a '),
  };
  return lines.flatMap((line) => [
    `${marks[line.result]} ${line.id}: ${line.title}`,
    `     ${line.reason}`,
    ...(line.result === 'fail' ? [`     ${colours.bold('do:')} ${line.fix}`] : []),
  ]);
}
