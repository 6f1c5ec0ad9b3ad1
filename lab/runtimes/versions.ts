import { RUNTIMES, type RuntimeName } from '../../constructs/agent-host/runtimes';

/**
 * The Hermes of the checks: the last one in the Python index. Agent hosts install a later one from its repository. The
 * packages that it resolves to on a fixed day are one list, whose digest pins the hash of each.
 */
export const HERMES_OF_INDEX = {
  version: '0.19.0',
  before: '2026-11-26',
  listSha256: '0c73ba783b1b5f94b5d822101e7b568a3f40461e79226048eba02fb9a69da584',
} as const;

/** The version that the checks run: the pinned one, except for Hermes. */
export function checkedVersion(runtime: RuntimeName): string | undefined {
  return runtime === 'hermes' ? HERMES_OF_INDEX.version : RUNTIMES[runtime].version;
}
