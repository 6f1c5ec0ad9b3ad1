import { createHash } from 'node:crypto';
import type { Airlock } from './model';

/** The metadata of a stack under which a synth leaves the digest of its configuration. */
export const DIGEST_METADATA = 'airlock:configuration';

/**
 * What a configuration says, as a SHA-256: the same for a comment more or another directory, another one for every
 * value that changed, in a preset or a lock file too.
 */
export function configurationDigest(airlock: Airlock): string {
  const agents = airlock.agents.map(({ file: _, ...agent }) => agent);
  return createHash('sha256')
    .update(JSON.stringify({ ...airlock, agents }))
    .digest('hex');
}
