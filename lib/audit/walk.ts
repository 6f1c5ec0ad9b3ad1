import { NO_LINE } from './chain';
import type { Segment } from './segment';
import type { ChainSeen, Finding } from './verdict';

interface Walked {
  readonly seen?: Omit<ChainSeen, 'box' | 'why'>;
  readonly findings: readonly Finding[];
  readonly doubled: number;
}

/**
 * Joins the segments of a chain in the order of their numbers, and tells what keeps them apart.
 *
 * @param isFirst Whether the window may begin inside this chain.
 */
export function walk(chain: string, segments: readonly Segment[], isFirst: boolean): Walked {
  const [first, ...others] = [...segments].sort((a, b) => a.first - b.first || a.arrival - b.arrival);
  if (first === undefined) return { findings: [], doubled: 0 };
  const findings: Finding[] = [];
  const tell = (kind: Finding['kind'], from: number, to: number) =>
    findings.push({ kind, chain, from, to, lines: to - from + 1 });
  if (!isFirst && first.first > 1) tell('missing', 1, first.first - 1);
  if (first.first === 1 && first.prev !== NO_LINE) tell('changed', 1, 1);
  let doubled = 0;
  // The segment that reaches farthest so far.
  let reach = first;
  for (const next of others) {
    if (next.first > reach.last + 1) tell('missing', reach.last + 1, next.first - 1);
    else if (next.first === reach.last + 1 && next.prev !== reach.tail)
      tell('changed', reach.last, reach.last);
    else if (next.first <= reach.last) {
      const different = firstDifference(reach, next);
      if (different !== undefined) tell('changed', different, different);
      doubled += Math.min(reach.last, next.last) - next.first + 1;
    } else if (next.arrival < reach.arrival) tell('reordered', next.first, next.last);
    if (next.last > reach.last) reach = next;
  }
  const { last, lastTime, tail } = reach;
  return {
    seen: {
      chain,
      first: { seq: first.first, time: first.firstTime, prev: first.prev },
      last: { seq: last, time: lastTime, digest: tail },
    },
    findings,
    doubled,
  };
}

/** Where two segments hold different lines of one number: one of them isn't what the gate wrote. */
function firstDifference(one: Segment, other: Segment): number | undefined {
  const from = Math.max(one.first, other.first);
  for (let seq = from; seq <= Math.min(one.last, other.last); seq += 1) {
    if (!one.agrees(other, seq)) return seq;
  }
  // Behind the line that both hold, the longer one goes on by its own links.
  const before = other.first > one.first ? other.first - 1 : undefined;
  return before !== undefined && !one.matches(before, other.prev) ? before : undefined;
}
