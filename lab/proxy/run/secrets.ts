import { randomBytes } from 'node:crypto';
import type { Cell } from '../plan/estate';

/** A value for every secret of these cells, by parameter: made up, and known to this run alone. */
export function madeUpSecrets(cells: readonly Cell[]): Record<string, string> {
  const names = cells.flatMap(({ parameters }) => parameters);
  return Object.fromEntries(names.map((name) => [name, `lab-${randomBytes(12).toString('hex')}`]));
}
