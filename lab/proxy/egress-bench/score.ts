import type { AuditLine } from '../plan/records';
import type { Reply } from '../plan/wire';
import type { Aim } from './aim';
import type { BenchCase, Corpus, Verdict } from './case';

/** What came of one case. */
export interface BenchResult extends Pick<BenchCase, 'id' | 'category' | 'expected'> {
  readonly actual: Verdict | 'error';
  /** The record of the refusal is a line of JSON that says what refused it. */
  readonly evidence: boolean;
  /** It arrived, and none of the headers that the case carries did. */
  readonly stripped: boolean;
  /** That line names the kind of attack. */
  readonly classified: boolean;
}

/** The bench's own four figures (its docs/methodology.md); undefined where there is nothing to count. */
export interface Figures {
  readonly containment: number | undefined;
  readonly falsePositiveRate: number | undefined;
  readonly detection: number | undefined;
  readonly evidence: number | undefined;
}

export interface BenchRound {
  readonly aim: Aim;
  readonly cases: number;
  readonly errors: readonly string[];
  /** Of the HTTP cases. */
  readonly applicable: Figures;
  /** Of all cases, as the bench publishes: what wasn't tried counts as not blocked, and not as blocked wrongly. */
  readonly full: Figures;
  /** Attacks that got through. */
  readonly through: readonly string[];
  /** Of these, attacks whose headers were taken off on the way: the bench counts them as got through. */
  readonly stripped: readonly string[];
  /** Harmless requests that were refused. */
  readonly refused: readonly string[];
}

/** A request that arrived was allowed; one that was refused, or whose connection ended without an answer, was blocked. */
export function verdictOf(
  { statuses, ended }: Pick<Reply, 'statuses' | 'ended'>,
  arrived: boolean,
): BenchResult['actual'] {
  // The answer to CONNECT comes first.
  const status = statuses.at(-1);
  if (arrived) return 'allow';
  if (status !== undefined && status >= 400) return 'block';
  return ended === 'no answer' || status !== undefined ? 'error' : 'block';
}

/**
 * Whether a line about a refusal names the kind of attack. The bench leaves this mapping to its runners: that no rule allows
 * something names no kind, so what counts is the part of iron-proxy that refused, or its error for an address.
 */
export const isClassified = (category: string, { rejectedBy = '', text }: AuditLine) =>
  category === 'ssrf_bypass'
    ? /den(y|ied)[ _-](address|cidr|ip)|address.*denied/i.test(text)
    : /secret|dlp|inject|bod(y|ies)|entropy/i.test(rejectedBy);

export function roundOf(aim: Aim, results: readonly BenchResult[], all: Corpus['all']): BenchRound {
  const valid = results.filter(({ actual }) => actual !== 'error');
  const [attacks, harmless] = (['block', 'allow'] as const).map((expected) =>
    valid.filter((each) => each.expected === expected),
  ) as [BenchResult[], BenchResult[]];
  const blocked = attacks.filter(({ actual }) => actual === 'block');
  const refused = harmless.filter(({ actual }) => actual === 'block');
  const share = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
  const figures = (block: number, allow: number): Figures => ({
    containment: share(blocked.length, block),
    falsePositiveRate: share(refused.length, allow),
    detection: share(blocked.filter(({ classified }) => classified).length, blocked.length),
    evidence: share(blocked.filter(({ evidence }) => evidence).length, blocked.length),
  });
  const ids = (list: readonly BenchResult[]) => list.map(({ id }) => id);
  return {
    aim,
    cases: results.length,
    errors: ids(results.filter(({ actual }) => actual === 'error')),
    applicable: figures(attacks.length, harmless.length),
    full: figures(all.block, all.allow),
    through: ids(attacks.filter(({ actual }) => actual === 'allow')),
    stripped: ids(attacks.filter((each) => each.actual === 'allow' && each.stripped)),
    refused: ids(refused),
  };
}
