import type { z } from 'zod';
import { imagesLockSchema } from '../config/schema/lock-schema';

export { IMAGES_LOCK } from '../config/config-files';

/** What `images.lock.json` says: at most one line for each machine and Region, in the order of `sortLines`. */
export const imageLockSchema = imagesLockSchema.refine(
  ({ images }) => new Set(images.map(machineKey)).size === images.length,
  { message: 'has two lines for one machine', path: ['images'] },
);

export type ImageLine = z.infer<typeof imagesLockSchema>['images'][number];
export type Machine = ImageLine['machine'];

/** Which machine in which Region, as one text. */
export function machineKey({
  agent,
  machine,
  region,
}: Pick<ImageLine, 'agent' | 'machine' | 'region'>): string {
  return `${agent} ${machine} ${region}`;
}

/** By agent, machine and Region, whatever the locale, so that a file never changes by being written elsewhere. */
export function sortLines(lines: readonly ImageLine[]): ImageLine[] {
  return [...lines].sort((a, b) => (machineKey(a) < machineKey(b) ? -1 : 1));
}
