import { RUNTIMES, type RuntimeName } from '../../constructs/agent-host/runtimes';

/**
 * The Hermes that the checks run. Agent hosts install a later one from its repository; this is the last that the Python
 * index has. Its packages as of a day resolve to one list, whose digest pins the hashes of each of them.
 */
export const HERMES_OF_INDEX = {
  version: '0.19.0',
  before: '2026-11-26',
  listSha256: '0c73ba783b1b5f94b5d822101e7b568a3f40461e79226048eba02fb9a69da584',
} as const;

/** The version of a runtime that the checks run: the pinned one, but for Hermes. */
export function checkedVersion(runtime: RuntimeName): string | undefined {
  return runtime === 'hermes' ? HERMES_OF_INDEX.version : RUNTIMES[runtime].version;
}
