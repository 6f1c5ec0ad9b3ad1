import type { Observation } from '../../proof/proof';
import type { Roles } from '../plan/roles';
import type { NetworkAttempt, Probe } from './attempt';

/** What became of one probe, in the words of the program that sent it. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly token: string;
  readonly answered: boolean;
  readonly saw: string;
  /** Why the probe could not be sent. */
  readonly broken?: string;
}

/** A packet with a token that arrived in a namespace. */
export interface Sighting {
  readonly at: string;
  readonly token: string;
}

/**
 * An attempt failed to be stopped if something answered, or if its packets arrived where they must not, answered or not.
 * A packet that reached only the services on the sender's own link (resolver, metadata, time) did not get through.
 *
 * @param origins names of the namespaces that sent
 */
export function observeAttempt(
  { seenBy }: Pick<NetworkAttempt, 'seenBy'>,
  results: readonly ProbeResult[],
  sightings: readonly Sighting[],
  origins: readonly string[],
  { agent, plan }: Pick<Roles, 'agent' | 'plan'>,
): Observation {
  const broken = results.filter((each) => each.broken !== undefined);
  const tokens = new Set(results.map(({ token }) => token));
  const arrived = sightings.filter(({ at, token }) => {
    if (!tokens.has(token)) return false;
    return seenBy === 'agent' ? at === agent.name : !origins.includes(at) && at !== 'aws';
  });
  const answered = seenBy === undefined ? results.filter((each) => each.answered) : [];
  const sent = results.filter(({ probe }) => probe.do !== 'run' && probe.do !== 'start');
  const titleOf = (at: string) => plan.stations.find(({ name }) => name === at)?.title ?? at;
  const first = answered[0] ?? broken[0] ?? sent[0];
  const words = [
    first === undefined ? 'nothing sent' : (first.broken ?? first.saw),
    ...(sent.length > 1 ? [`${answered.length} of ${sent.length} answered`] : []),
    arrived.length > 0
      ? `arrived at ${[...new Set(arrived.map(({ at }) => titleOf(at)))].join(', ')}`
      : 'arrived nowhere',
  ];
  const through = answered.length + arrived.length > 0;
  const unsent = broken.length > 0 || results.length === 0;
  return { result: through ? 'failed' : unsent ? 'broken' : 'held', saw: words.join('; ') };
}

/** Legitimate traffic works if every probe was answered. */
export function observeControl(results: readonly ProbeResult[]): Observation {
  const failed = results.filter(({ answered }) => !answered);
  const broken = failed.find((each) => each.broken !== undefined);
  const saw = broken?.broken ?? failed[0]?.saw ?? results[0]?.saw ?? 'nothing sent';
  if (results.length === 0) return { result: 'broken', saw };
  if (failed.length === 0) return { result: 'held', saw };
  if (failed.length < results.length) return { result: 'partly failed', saw };
  return { result: broken === undefined ? 'failed' : 'broken', saw };
}
