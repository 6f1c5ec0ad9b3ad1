import type { ControlReport } from '../../proof/verdict';
import type { DoorVariantId } from './variants';

/** Something that must hold of what a box keeps. */
export interface RecordCheck {
  readonly id: string;
  readonly title: string;
  /** The weakened door at which it must be found wanting. */
  readonly failsIn: DoorVariantId;
}

export const RECORD_CHECKS = [
  {
    id: 'Y30',
    title:
      'LOG-1 each request that arrived, and each tunnel, is one line of its box\u2019s audit log: host, method, path, allowed, and the secrets that went out',
    failsIn: 'silent',
  },
  {
    id: 'Y31',
    title: 'LOG-1 each refused request, by names and through CONNECT, is one line that says so, and by what',
    failsIn: 'silent',
  },
  {
    id: 'Y32',
    title:
      'SEC-1 no value of a secret lies in a file that a box has written, nor in arguments or environment of its processes; SEC-3 nor does the authority\u2019s key but in its place',
    failsIn: 'files',
  },
] as const satisfies readonly RecordCheck[];

export type RecordId = (typeof RECORD_CHECKS)[number]['id'];

/** What is wrong, by check; undefined: nothing is. */
export type RecordFaults = ReadonlyMap<RecordId, string | undefined>;

/** @param shipped at the doors as they are @param weakened at the one of `failsIn` */
export function judgeRecord(
  { id, title, failsIn }: (typeof RECORD_CHECKS)[number],
  shipped: RecordFaults | undefined,
  weakened: RecordFaults | undefined,
): ControlReport {
  const fault = shipped?.has(id) ? shipped.get(id) : 'not played';
  const seenToFailIn = weakened?.get(id) === undefined ? [] : [failsIn];
  const verdict = fault !== undefined ? 'fails' : seenToFailIn.length === 0 ? 'unproven' : 'works';
  return { id, title, verdict, saw: fault ?? 'as it should be', seenToFailIn };
}
