import { asTyped } from './aws-cli';
import type { Check } from './check';
import type { Report } from './drive';
import type { Leftover } from './leftovers';
import { EXIT } from './options';

export function planLines(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ id }) => id.length));
  return checks.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`);
}

/** The resources that are left, and the commands that remove them. */
export function leftLines(left: readonly Leftover[]): string[] {
  return left.flatMap(({ kind, id, remove }) => [
    `left: ${kind} ${id}`,
    ...remove.map(([service, operation, input]) => `  ${asTyped(service, operation, input)}`),
  ]);
}

export function exitCodeOf({ seen, left, cleanup }: Report): number {
  if (left.length > 0 || cleanup !== undefined) return EXIT.left;
  return seen.every(({ status }) => status === 'pass') ? EXIT.passed : EXIT.failed;
}
