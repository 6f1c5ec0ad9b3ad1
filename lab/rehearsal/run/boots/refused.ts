import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Sight } from '../../plan/sight';
import { otherRelease } from '../../plan/variants';
import type { Cast, Score } from '../cast';
import { look } from '../inside';
import { PATIENCE } from '../machine';
import { started } from './boot';

/** What the kit's boot scripts say when they refuse. */
export const REFUSALS = {
  damaged: /airlock: STATE VOLUME REFUSED, the agent stays off/,
  wrong: /airlock: NOT CONFIGURED, the agent stays off: the image is/,
} as const;

export interface Refusal {
  readonly sight: Sight;
  /** What the console said, if anything. */
  readonly said: string | undefined;
}

/** A machine that ran well, with user data of another Debian than its image. */
export async function wrongImage(cast: Cast, score: Score): Promise<Refusal> {
  const { stage, userData, expected } = cast;
  await stage.publish(otherRelease(userData, expected.os));
  const refusal = await refusing(cast, score, 'wrong', 'user data for another Debian release');
  await stage.publish(userData);
  return refusal;
}

/** The same machine, with damage to the state volume that no repair undoes by itself. */
export function damagedState(cast: Cast, score: Score): Promise<Refusal> {
  damage(cast.stage.disks.state);
  return refusing(cast, score, 'damaged', 'the state volume damaged');
}

async function refusing(cast: Cast, { boots }: Score, name: keyof typeof REFUSALS, what: string) {
  cast.onBoot(name, what);
  const machine = await started(cast);
  const said = await machine.console.until(REFUSALS[name], PATIENCE * 2);
  const sight = await look(machine);
  boots.push({ name, what });
  await machine.cut();
  return { sight, said: said?.text };
}

/** Overwrites what a file system can't do without, and all of its spare copies that `e2fsck -p` could use by itself. */
function damage(disk: string): void {
  const file = openSync(disk, 'r+');
  // The group descriptors and the root directory's inode table, past the first superblock.
  writeSync(file, Buffer.alloc(8 * 1024 ** 2, 0xa5), 0, 8 * 1024 ** 2, 4096);
  fsyncSync(file);
  closeSync(file);
}
