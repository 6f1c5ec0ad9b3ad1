import type { Secret } from '../../../lib/config/model';

/** Every made-up value begins with it. */
export const REPLAY_MARK = 'not-a-real-key.';

/**
 * The made-up value of a secret: unique, visibly not real, and of characters that need no escape in a header, path or
 * query.
 */
export function replayValue(id: string): string {
  return `${REPLAY_MARK}${Buffer.from(id, 'utf8').toString('hex')}.end`;
}

/** Ids of the secrets whose value is in these bytes. */
export function secretsIn(bytes: string, secrets: readonly Pick<Secret, 'id'>[]): readonly string[] {
  return secrets.map(({ id }) => id).filter((id) => bytes.includes(replayValue(id)));
}
