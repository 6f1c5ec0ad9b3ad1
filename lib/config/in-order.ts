import type { Problem } from './model';

/** Most problems to report of one file. */
const MOST = 100;

/** Sorts by file (airlock.yaml first) and position, and drops repeated problems. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const files = new Map<string, Map<string, Problem>>();
  for (const problem of problems) {
    const known = files.get(problem.file) ?? new Map<string, Problem>();
    files.set(problem.file, known.set(JSON.stringify(problem), problem));
  }
  return [...files]
    .sort(([a], [b]) => byFile(a, b))
    .flatMap(([, found]) => bounded([...found.values()].sort(byPlace)));
}

function byFile(a: string, b: string): number {
  const rank = (file: string) => (file.endsWith('airlock.yaml') ? 0 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column;
}

function bounded(problems: Problem[]): Problem[] {
  const next = problems[MOST];
  return next === undefined
    ? problems
    : [
        ...problems.slice(0, MOST),
        {
          file: next.file,
          line: next.line,
          column: next.column,
          path: '',
          message: `has ${problems.length - MOST} more problems`,
          fix: 'solve those above first',
        },
      ];
}
