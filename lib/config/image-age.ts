import type { PinnedImage } from './model';

/**
 * Days after which an image is old. Amazon Linux has a larger release every quarter and Debian a point release about every
 * two months: an older image misses at least one. A machine made from it has every hole that was closed since, until it
 * takes its first updates.
 */
export const OLD_IMAGE_DAYS = 90;

/** Whole days since an image was made; undefined if the lock file doesn't say. */
export function daysOld({ created }: Pick<PinnedImage, 'created'>, now: Date): number | undefined {
  return created === undefined
    ? undefined
    : Math.max(0, Math.floor((now.getTime() - Date.parse(created)) / 86_400_000));
}
