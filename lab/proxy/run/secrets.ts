import { randomBytes } from 'node:crypto';
import type { Cell } from '../plan/cells';

/** A random value for every secret of these cells, by parameter, known to this run alone. */
export function madeUpSecrets(cells: readonly Cell[]): Record<string, string> {
  const names = cells.flatMap(({ parameters }) => parameters);
  return Object.fromEntries(names.map((name) => [name, `lab-${randomBytes(12).toString('hex')}`]));
}
