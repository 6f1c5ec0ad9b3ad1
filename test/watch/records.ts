import type { Fields } from '../../lib/watch/signal';

export const START = Date.UTC(2026, 9, 1, 12);
const at = (ms: number) => new Date(START + ms).toISOString();

/** A record of a request, as the gate writes it. */
export function request(ms: number, more: Fields = {}): Fields {
  return {
    record: 'request',
    time: at(ms),
    id: `run-${ms}`,
    agent: 'scout',
    policy: 'aaaaaaaaaaaaaaaa',
    host: 'api.github.com',
    method: 'GET',
    path: '/repos/a/b',
    decision: 'allow',
    by: 'rules',
    rule: 'release-notes-read',
    risk: 'low',
    ...more,
  };
}

export function other(ms: number, record: string, more: Fields = {}): Fields {
  return { record, time: at(ms), agent: 'scout', ...more };
}

/** So many copies, one a second. */
export function times(count: number, of: (ms: number) => Fields, from = 0): Fields[] {
  return Array.from({ length: count }, (_, index) => of(from + index * 1000));
}
