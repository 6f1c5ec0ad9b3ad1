import { join } from 'node:path';
import type { Host } from './host';

/** Removes versions that no rollback needs, and rests of interrupted downloads, so that upgrades never fill the disk. */
export async function prune(host: Host, directory: string, keep: readonly string[]): Promise<void> {
  for (const name of await host.list(directory)) {
    if (name !== 'current' && !keep.includes(name)) await host.remove(join(directory, name));
  }
}
