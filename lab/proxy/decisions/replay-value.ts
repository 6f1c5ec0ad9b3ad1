import type { Secret } from '../../../lib/config/model';

/** What every value begins with. */
export const REPLAY_MARK = 'not-a-real-key.';

/**
 * What a replay stores for a secret: plainly no real one, told apart from every other, and of characters that neither
 * a header nor a path nor a query escapes.
 */
export function replayValue(id: string): string {
  return `${REPLAY_MARK}${Buffer.from(id, 'utf8').toString('hex')}.end`;
}

/** Ids of the secrets whose value occurs in some bytes. */
export function secretsIn(bytes: string, secrets: readonly Pick<Secret, 'id'>[]): readonly string[] {
  return secrets.map(({ id }) => id).filter((id) => bytes.includes(replayValue(id)));
}
