import { readFileSync } from 'node:fs';

/** The gate's records in a file, without what links them. */
export function recordsIn(path: string) {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ record }) => record !== 'chain')
    .map(({ seq: _seq, prev: _prev, chain: _chain, ...record }) => record);
}
