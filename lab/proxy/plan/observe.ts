import type { Observation } from '../../proof/proof';
import type { ProxyAttempt, ProxySeen } from './attempt';
import type { Target } from './target';
import { UNSAID, UNSPOKEN } from './wire';

/** What an attempt on a proxy box showed. It always got through if the value of a secret came back to the agent. */
export function observeProxy(
  attempt: Pick<ProxyAttempt, 'through'>,
  seen: ProxySeen,
  target: Target,
): Observation {
  const leaked = [...new Set(seen.replies.flatMap(({ leaks }) => leaks))];
  const through =
    leaked.length > 0 ? `the value of ${leaked.join(', ')} came back` : attempt.through(seen, target);
  if (through !== undefined) return { result: 'failed', saw: through };
  const broken = seen.probes.find((each) => each.broken !== undefined)?.broken;
  const unsent =
    seen.replies.length + seen.probes.length === 0 || seen.replies.some(({ ended }) => ended === UNSAID);
  const words = [...seen.replies.map(replyWords), ...seen.probes.map(({ saw }) => saw)];
  return {
    result: broken !== undefined || unsent ? 'broken' : 'held',
    saw: broken ?? [...new Set(words)].slice(0, 3).join('; '),
    ...(seen.replies.some(({ ended }) => ended === UNSPOKEN) && { unspoken: true }),
  };
}

function replyWords({ statuses, ended, bytes, resets = [], goAway }: ProxySeen['replies'][number]): string {
  const words = [
    ...(statuses.length > 0 ? [`HTTP ${statuses.join(', ')}`] : []),
    ...(resets.length > 0 ? [`streams reset with code ${[...new Set(resets)].join(', ')}`] : []),
    ...(goAway === undefined ? [] : [`the connection ended with code ${goAway}`]),
  ];
  if (words.length > 0) return words.join(', ');
  return bytes === 0 ? ended : `${bytes} bytes, ${ended}`;
}
