import { isOlder } from '../../constructs/proxy/box-manifest';
import { type FoundImage, releaseOf } from './find-images';

export interface ReleasePlan {
  /** What the lock file says from now on. */
  readonly amazonLinux: { readonly release: string };
  /** The release that was written, and the one before it. @default the release was kept */
  readonly release?: { readonly now: string; readonly before?: string };
}

/** The newest image's release; the pinned one without `--refresh`, or when the newest image's is older. */
export async function planRelease(
  before: string | undefined,
  refresh: boolean | undefined,
  newest: () => Promise<FoundImage>,
): Promise<ReleasePlan> {
  if (before !== undefined && !refresh) return { amazonLinux: { release: before } };
  const now = releaseOf(await newest());
  if (before === undefined) return { amazonLinux: { release: now }, release: { now } };
  return isOlder(before, now)
    ? { amazonLinux: { release: now }, release: { now, before } }
    : { amazonLinux: { release: before } };
}
