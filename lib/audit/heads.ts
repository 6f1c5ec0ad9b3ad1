import type { Head } from './chain';
import type { Segment } from './segment';
import type { Finding } from './verdict';

/** A head, and when somebody wrote it down. */
export interface HeadAt extends Head {
  readonly at: number;
}

/**
 * Milliseconds in which a head may be in CloudWatch before its line is; and from the window's begin until which a head may be
 * of a line before the window: warden tells the head each minute.
 */
const SLACK = 120_000;

interface Told {
  readonly findings: readonly Finding[];
  readonly matched: number;
  readonly pending: number;
  readonly before: number;
}

/**
 * Compares the heads of a chain, which were put where the box can't rewrite them, with the lines that are there.
 *
 * @param heads in the order of time, each once
 * @param isFirst Whether the window may begin inside this chain.
 */
export function headsOf(
  { segments, heads }: { readonly segments: readonly Segment[]; readonly heads: readonly HeadAt[] },
  isFirst: boolean,
  { now, since }: { readonly now: number; readonly since: number },
): Told {
  const first = segments.reduce((least, each) => Math.min(least, each.first), Number.POSITIVE_INFINITY);
  const last = greatest(segments.map((each) => each.last));
  const isHeld = ({ seq }: Head) => segments.some((segment) => segment.has(seq));
  const isWrong = ({ seq, digest }: Head) =>
    !segments.some((each) => (each.has(seq) ? each.matches(seq, digest) : each.prev === digest));
  const isFresh = ({ at }: HeadAt) => now - at < SLACK;
  const chain = heads[0]?.chain;
  const findings: Finding[] = [];
  const tell = (kind: Finding['kind'], from: number, to: number) =>
    findings.push({ kind, chain, from, to, lines: to - from + 1 });

  const held = heads.filter(isHeld);
  for (const { seq } of heads.filter((head) => (isHeld(head) || head.seq === first - 1) && isWrong(head)))
    tell('changed', seq, seq);

  const behind = heads.filter(({ seq }) => segments.length > 0 && seq > last);
  const lost = behind.filter((head) => !isFresh(head));
  if (lost.length > 0) tell('missing', last + 1, greatest(lost.map(({ seq }) => seq)));

  // Lines of before the window have no line here; those of the window's own time are missing.
  const early = heads.filter(({ seq }) => segments.length === 0 || seq < first);
  const expected = segments.length > 0 ? early : early.filter((head) => !isFresh(head));
  const known =
    expected.filter(({ at }) => at - since <= SLACK).at(-1) ?? (isFirst ? expected[0] : undefined);
  const from = (known?.seq ?? 0) + 1;
  const to = segments.length > 0 ? first - 1 : greatest(expected.map(({ seq }) => seq));
  const isTold = segments.length > 0 && !isFirst;
  if (expected.some(({ at }) => at - since > SLACK) && from <= to && !isTold) tell('missing', from, to);

  return {
    findings,
    matched: held.filter((head) => !isWrong(head)).length,
    pending: behind.length - lost.length + early.length - expected.length,
    before: expected.length,
  };
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 0);
}
