import { type Head, linked, NO_LINE } from '../../lib/audit/chain';
import { ChainVerifier } from '../../lib/audit/verify';

export const MORNING = Date.UTC(2026, 0, 2, 9);
const SECOND = 1000;

/** A record's time: one each second. */
export const at = (index: number) => MORNING + index * SECOND;

/** The lines of a chain, and its head after each. */
export function chainOf(count: number, start: object = {}, chain = 'c0c0c0c0c0c0') {
  let head: Head = { chain, seq: 0, digest: NO_LINE };
  const lines: string[] = [];
  const heads: Head[] = [];
  for (let index = 0; index < count; index += 1) {
    const time = new Date(at(index)).toISOString();
    const record =
      index === 0
        ? { record: 'chain', time, box: 'b0b0b0b0b0b0', why: 'empty', ...start }
        : { record: 'end', time, id: String(index), note: '"}\\",\\"seq\\":1' };
    const next = linked(JSON.stringify(record), head);
    head = next.head;
    lines.push(next.line);
    heads.push(next.head);
  }
  return { lines, heads };
}

/** @param heads Each is told when its line is written. */
export function judged(
  lines: readonly string[],
  heads: readonly Head[],
  now = MORNING + 86_400_000,
  since?: number,
) {
  const verifier = new ChainVerifier();
  for (const line of lines) verifier.line(line);
  for (const head of heads) verifier.head(head, at(head.seq - 1));
  return verifier.end(now, since);
}
