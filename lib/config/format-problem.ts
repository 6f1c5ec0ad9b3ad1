import { printable } from '../printable';
import type { Problem } from './model';
import { quote } from './quote';

/** One line: `config/agents/scout.yaml:14:9 egress[1].paths[0]: "repos/*" must start with "/": write "/repos/*"`. */
export function formatProblem(problem: Problem): string {
  const place = `${printable(problem.file)}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${printable(problem.path)}:`;
  const value = problem.value === undefined ? '' : ` ${quote(problem.value)}`;
  return `${place}${path}${value} ${problem.message}: ${problem.fix}`;
}
