import type { Observation, Proof } from '../../proof/proof';
import { CHANGES } from '../../report';
import type { Reply } from './wire';

/** Seconds until a request that is in flight during a change gets its answer: two polls of warden, and a start. */
export const ANSWER_AFTER = 45;
/** Milliseconds within which a closing change ends what is open, from the moment on at which the new policy is in force. */
export const ENDS_WITHIN = 5_000;

export type ChangeProof = Proof<undefined, 'unchanged'>;

const shared = { law: 'POL-1', group: CHANGES, run: undefined, mustFailIn: ['unchanged'] } as const;

/** Each must fail where iron-proxy is restarted, or where nothing changes. */
export const OPENING: ChangeProof = {
  ...shared,
  id: 'Y50',
  title: 'a write that the upstream executes while a rule is opened gets its answer, once',
  heldBy: 'the older iron-proxy ends what it has begun',
};
export const IN_FORCE: ChangeProof = {
  ...shared,
  id: 'Y51',
  title: 'a request of the opened rule passes meanwhile',
  heldBy: 'the front leads new connections to the new iron-proxy',
};
export const CLOSING: ChangeProof = {
  ...shared,
  id: 'Y52',
  title: 'a stream that is open while a rule is closed ends',
  heldBy: 'the older iron-proxy is ended at once',
};

export const CHANGE_PROOFS = [OPENING, IN_FORCE, CLOSING];

/** @param arrivals how often the request reached its upstream */
export function observeAnswer({ statuses }: Pick<Reply, 'statuses'>, arrivals: number): Observation {
  const saw = `${arrivals} arrived, answered with ${statuses.join(', ') || 'nothing'}`;
  if (arrivals === 0) return { result: 'broken', saw };
  return { result: arrivals === 1 && statuses.join() === '200' ? 'held' : 'failed', saw };
}

/**
 * @param last when the stream's last byte came, in milliseconds since the epoch; undefined without one
 * @param end when a change was seen in force, or somebody revoked a grant
 * @param within milliseconds
 */
export function observeEnd(last: number | undefined, end: number, within = ENDS_WITHIN): Observation {
  if (last === undefined) return { result: 'broken', saw: 'no byte came before the end' };
  const saw = `last byte ${((last - end) / 1000).toFixed(1)} s after`;
  return { result: last - end <= within ? 'held' : 'failed', saw };
}
