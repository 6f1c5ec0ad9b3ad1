import type { Observation, Proof } from '../proof/proof';
import type { RuntimeCheck, Seen } from './check';

/** A runtime check as a proof of the lab. Its weakened copy is named after the file that the edit changes. */
export function proofOf(runtime: string, check: RuntimeCheck): Proof<RuntimeCheck> {
  const { id, title, weakenedBy } = check;
  return { id, law: 'RUNTIME', group: runtime, title, run: check, mustFailIn: [weakenedBy.path] };
}

export function observationOf({ problems }: RuntimeCheck, seen: Seen): Observation {
  const found = problems(seen);
  return found.length === 0
    ? { result: 'held', saw: 'as expected' }
    : { result: 'failed', saw: found.join('; ') };
}
