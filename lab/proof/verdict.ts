import type { Attempt, Control, Probe } from '../network/attempts/attempt';
import type { Scene } from '../network/plan/scene';
import type { LockId } from '../network/weakened/variants';

/** What one probe came to, in the words of the program that sent it. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly token: string;
  readonly answered: boolean;
  readonly saw: string;
  /** The probe itself failed: it shows nothing. */
  readonly broken?: string;
}

/** A packet with a token that arrived somewhere. */
export interface Sighting {
  /** The namespace that saw it. */
  readonly at: string;
  readonly token: string;
}

export interface Outcome {
  readonly through: boolean;
  readonly saw: string;
  readonly broken: boolean;
}

/**
 * Whether an attempt got through: something answered, or its packets came out where they never should, answer or not.
 * A packet that the resolver, metadata or time service on the link received has gone nowhere by that alone.
 */
export function outcomeOf(
  attempt: Pick<Attempt, 'seenBy'>,
  results: readonly ProbeResult[],
  sightings: readonly Sighting[],
  origins: readonly string[],
  { agent, plan }: Pick<Scene, 'agent' | 'plan'>,
): Outcome {
  const broken = results.filter((each) => each.broken !== undefined);
  const tokens = new Set(results.map(({ token }) => token));
  const arrived = sightings.filter(({ at, token }) => {
    if (!tokens.has(token)) return false;
    return attempt.seenBy === 'agent' ? at === agent.name : !origins.includes(at) && at !== 'aws';
  });
  const answered = attempt.seenBy === undefined ? results.filter((each) => each.answered) : [];
  const sent = results.filter(({ probe }) => probe.do !== 'run');
  const titleOf = (at: string) => plan.stations.find(({ name }) => name === at)?.title ?? at;
  const first = answered[0] ?? broken[0] ?? sent[0];
  const words = [
    first === undefined ? 'nothing sent' : (first.broken ?? first.saw),
    ...(sent.length > 1 ? [`${answered.length} of ${sent.length} answered`] : []),
    arrived.length > 0
      ? `arrived at ${[...new Set(arrived.map(({ at }) => titleOf(at)))].join(', ')}`
      : 'arrived nowhere',
  ];
  return {
    through: answered.length > 0 || arrived.length > 0,
    saw: words.join('; '),
    broken: broken.length > 0 || results.length === 0,
  };
}

/** Whether one lock, with all others open, stopped an attempt that names it. */
export interface LockReport {
  readonly lock: LockId;
  readonly held: boolean;
  readonly saw: string;
}

/** `weak`: stopped, but not by every lock that it names, each by itself. `escaped`: it got out of the shipped network. `unproven`: it got through nowhere, so that its failure shows nothing. */
export type Verdict = 'stopped' | 'weak' | 'escaped' | 'unproven' | 'broken' | 'not applicable';

export interface AttemptReport {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly invariant: string;
  readonly stops: string;
  /** What was weakened for it. */
  readonly weakened: string;
  readonly verdict: Verdict;
  /** In the shipped network. */
  readonly saw: string;
  /** In the weakened one. */
  readonly sawWeakened?: string;
  readonly locks: readonly LockReport[];
}

export function judge(
  {
    id,
    group,
    title,
    invariant,
    stops,
    weakened,
  }: Pick<AttemptReport, 'id' | 'group' | 'title' | 'invariant' | 'stops' | 'weakened'>,
  shipped: Outcome | string,
  open: Outcome | string | undefined,
  locks: readonly LockReport[] = [],
): AttemptReport {
  const about = { id, group, title, invariant, stops, weakened, locks };
  if (typeof shipped === 'string') return { ...about, verdict: 'not applicable', saw: shipped };
  const sawWeakened = typeof open === 'object' ? open.saw : open;
  const report = { ...about, saw: shipped.saw, ...(sawWeakened !== undefined && { sawWeakened }) };
  if (shipped.through) return { ...report, verdict: 'escaped' };
  if (shipped.broken) return { ...report, verdict: 'broken' };
  const proven = typeof open === 'object' && open.through;
  if (!proven) return { ...report, verdict: 'unproven' };
  return { ...report, verdict: locks.every(({ held }) => held) ? 'stopped' : 'weak' };
}

export interface ControlReport {
  readonly id: string;
  readonly title: string;
  /** `unproven`: it worked even where it must not, so that it shows nothing. */
  readonly verdict: 'works' | 'fails' | 'unproven' | 'not applicable';
  readonly saw: string;
  /** The networks in which it was seen to fail, as it must. */
  readonly seenToFailIn: readonly string[];
}

/** A control works when every one of its probes was answered, and none was where the network is shut. */
export function judgeControl(
  { id, title, failsIn = [] }: Pick<Control, 'id' | 'title' | 'failsIn'>,
  results: readonly ProbeResult[] | string,
  elsewhere: (network: string) => readonly ProbeResult[] | string | undefined,
): ControlReport {
  if (typeof results === 'string')
    return { id, title, verdict: 'not applicable', saw: results, seenToFailIn: [] };
  const failed = results.find(({ answered }) => !answered);
  const saw = failed === undefined ? (results[0]?.saw ?? '') : (failed.broken ?? failed.saw);
  const seenToFailIn = failsIn.filter((network) => {
    const there = elsewhere(network);
    return (
      typeof there === 'object' && there.every(({ answered, broken }) => !answered && broken === undefined)
    );
  });
  const works = failed === undefined && results.length > 0;
  const verdict = !works ? 'fails' : seenToFailIn.length < failsIn.length ? 'unproven' : 'works';
  return { id, title, verdict, saw, seenToFailIn };
}
