import { formatProblem } from '../config';
import type { Problem } from '../config/model';
import { printable } from '../printable';
import type { Context } from './context';
import { count } from './table';

/** What `check --json` prints of a problem: these fields, in this order, and no others. */
export function problemData(problem: Problem): Problem {
  const { file, line, column, path, value, message, fix } = problem;
  return { file, line, column, path, value, message, fix };
}

/** One line for each problem, as `cdk synth` prints it, and their number. */
export function problemLines(problems: readonly Problem[], { colours }: Context): string[] {
  return [
    ...problems.map((problem) => printable(formatProblem(problem))),
    '',
    colours.red(
      `${count(problems.length, 'problem')}: nothing is built from this configuration until it is sound.`,
    ),
  ];
}

/** Warnings begin with the word "warning", because they look like problems otherwise. */
export function warningLines(warnings: readonly Problem[], { colours }: Context): string[] {
  return warnings.map((warning) => `${colours.yellow('warning:')} ${printable(formatProblem(warning))}`);
}
