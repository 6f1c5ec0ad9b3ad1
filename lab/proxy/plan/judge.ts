import type { Outcome } from '../../proof/verdict';
import type { DoorAttempt, DoorSeen } from './attempt';
import type { DoorCast } from './cast';
import { UNSAID } from './wire';

/** Whether an attempt at a door got through. A secret that came back to the agent always counts. */
export function doorOutcome(attempt: Pick<DoorAttempt, 'through'>, seen: DoorSeen, cast: DoorCast): Outcome {
  const leaked = [...new Set(seen.replies.flatMap(({ leaks }) => leaks))];
  const through =
    leaked.length > 0 ? `the value of ${leaked.join(', ')} came back` : attempt.through(seen, cast);
  const broken = seen.probes.find((each) => each.broken !== undefined)?.broken;
  const nothing =
    seen.replies.length + seen.probes.length === 0 || seen.replies.some(({ ended }) => ended === UNSAID);
  return {
    through: through !== undefined,
    saw:
      through ??
      broken ??
      [...seen.replies.map(replyWords), ...seen.probes.map(({ saw }) => saw)].slice(0, 3).join('; '),
    broken: broken !== undefined || nothing,
  };
}

function replyWords({ statuses, ended, bytes, resets = [], goAway }: DoorSeen['replies'][number]): string {
  const words = [
    ...(statuses.length > 0 ? [`HTTP ${statuses.join(', ')}`] : []),
    ...(resets.length > 0 ? [`streams reset with code ${[...new Set(resets)].join(', ')}`] : []),
    ...(goAway === undefined ? [] : [`the connection ended with code ${goAway}`]),
  ];
  if (words.length > 0) return words.join(', ');
  return bytes === 0 ? ended : `${bytes} bytes, ${ended}`;
}
