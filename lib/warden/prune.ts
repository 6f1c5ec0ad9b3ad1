import { join } from 'node:path';
import type { Host } from './host';

/** Removes versions nobody goes back to and what an interrupted download left, so that upgrades never fill the disk. */
export async function prune(host: Host, directory: string, keep: readonly string[]): Promise<void> {
  for (const name of await host.list(directory)) {
    if (name !== 'current' && !keep.includes(name)) await host.remove(join(directory, name));
  }
}
