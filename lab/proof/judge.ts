import type { Observation, Proof } from './proof';

/** Every verdict: whether a run with it passes, and what it means. */
export const VERDICTS = {
  holds: { counts: 'passed', means: 'the claim held, and failed in each weakened copy where it must fail' },
  fails: { counts: 'failed', means: 'the claim failed on what was shipped' },
  weak: { counts: 'failed', means: 'the claim held, but a lock that it names was not enough alone' },
  unproven: { counts: 'failed', means: 'the claim held, but did not fail where it must: this shows nothing' },
  broken: { counts: 'failed', means: 'the test could not be run: this shows nothing' },
  'not run': { counts: 'failed', means: 'the run ended before this test' },
  'not applicable': { counts: 'skipped', means: 'there is nothing to test here' },
} as const satisfies Record<string, { counts: 'passed' | 'failed' | 'skipped'; means: string }>;

export type Verdict = keyof typeof VERDICTS;

/** A proof after its runs. */
export interface ProofReport extends Pick<Proof, 'id' | 'law' | 'group' | 'title' | 'heldBy'> {
  readonly verdict: Verdict;
  /** On what was shipped. */
  readonly saw: string;
  /** Each weakened copy in which it must fail, and what was seen there. */
  readonly weakened: readonly { readonly place: string; readonly failed: boolean; readonly saw: string }[];
  /** Each lock with all others open. */
  readonly locks: readonly { readonly lock: string; readonly held: boolean; readonly saw: string }[];
}

/** What the runs of one proof showed; undefined where it was not run. */
export interface Runs {
  readonly shipped: Observation | undefined;
  readonly weakened: (place: string) => Observation | undefined;
  /** With this lock closed and all others open. */
  readonly alone?: (lock: string) => Observation | undefined;
}

const NOT_RUN = 'not run';

/** Judges one proof by what its runs showed. Every proof of the lab is judged here. */
export function judge({ run: _, ...proof }: Proof, { shipped, weakened, alone }: Runs): ProofReport {
  const { id, law, group, title, heldBy, mustFailIn, locks: named = [] } = proof;
  const needsProof = shipped?.result === 'held';
  const unspoken = mustFailIn.map(
    (place) => shipped?.unspoken === true && weakened(place)?.unspoken === true,
  );
  const places = mustFailIn.map((place) => {
    const there = weakened(place);
    return { place, failed: there?.result === 'failed', saw: there?.saw ?? NOT_RUN };
  });
  const locks = named.map((lock) => {
    const there = alone?.(lock);
    return { lock, held: there?.result === 'held', saw: there?.saw ?? NOT_RUN };
  });
  const verdict = (): Verdict => {
    if (shipped === undefined) return 'not run';
    switch (shipped.result) {
      case 'failed':
      case 'partly failed':
        return 'fails';
      case 'held':
        // Nothing could be tried, neither on what was shipped nor where it must fail.
        if (unspoken.includes(true) && places.every(({ failed }, index) => failed || unspoken[index]))
          return 'not applicable';
        if (!places.every(({ failed }) => failed)) return 'unproven';
        return locks.every(({ held }) => held) ? 'holds' : 'weak';
      default:
        return shipped.result;
    }
  };
  return {
    ...{ id, law, group, title, heldBy, verdict: verdict(), saw: shipped?.saw ?? NOT_RUN },
    weakened: needsProof ? places : [],
    locks: needsProof ? locks : [],
  };
}

/** How many proofs have each verdict. */
export function tally(proofs: readonly Pick<ProofReport, 'verdict'>[]): Record<Verdict, number> {
  const counts = Object.fromEntries(Object.keys(VERDICTS).map((verdict) => [verdict, 0]));
  for (const { verdict } of proofs) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts as Record<Verdict, number>;
}

/** Whether a proof counts as passed, failed or skipped. */
export const countsAs = ({ verdict }: Pick<ProofReport, 'verdict'>) => VERDICTS[verdict].counts;

/** At least one proof holds, and none fails the run. */
export function isWell(proofs: readonly Pick<ProofReport, 'verdict'>[]): boolean {
  return (
    proofs.some((each) => countsAs(each) === 'passed') && proofs.every((each) => countsAs(each) !== 'failed')
  );
}
