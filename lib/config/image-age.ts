import type { PinnedImage } from './model';

/**
 * Above this, in days, an image is worth renewing. Amazon Linux has a larger release every quarter and Debian a point
 * release every two months or so: what is older has missed at least one, and a machine made from it starts with every
 * hole that was mended since, until its first updates are in.
 */
export const OLD_IMAGE_DAYS = 90;

/** Whole days since an image was made; nothing where its line doesn't say. */
export function daysOld({ created }: Pick<PinnedImage, 'created'>, now: Date): number | undefined {
  return created === undefined
    ? undefined
    : Math.max(0, Math.floor((now.getTime() - Date.parse(created)) / 86_400_000));
}
