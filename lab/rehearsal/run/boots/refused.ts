import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Inspection } from '../../plan/inspection';
import { otherRelease } from '../../plan/variants';
import { inspect } from '../inside';
import { LONGEST_WAIT } from '../machine';
import type { Rehearsal, Results } from '../rehearsal';
import { started } from './boot';

/** Messages of the kit's boot scripts when they refuse. */
export const REFUSALS = {
  damaged: /airlock: STATE VOLUME REFUSED, the agent stays off/,
  wrong: /airlock: NOT CONFIGURED, the agent stays off: the image is/,
} as const;

export interface Refusal {
  readonly seen: Inspection;
  /** On the console, if there was one. */
  readonly message: string | undefined;
}

/** The machine with user data for another Debian than its image. */
export async function wrongImage(rehearsal: Rehearsal, results: Results): Promise<Refusal> {
  const { testbed, userData, expected } = rehearsal;
  await testbed.publish(otherRelease(userData, expected.os));
  const refusal = await refusing(rehearsal, results, 'wrong', 'user data for another Debian release');
  await testbed.publish(userData);
  return refusal;
}

/** The machine with a state volume damaged beyond automatic repair. */
export function damagedState(rehearsal: Rehearsal, results: Results): Promise<Refusal> {
  damage(rehearsal.testbed.disks.state);
  return refusing(rehearsal, results, 'damaged', 'the state volume damaged');
}

async function refusing(rehearsal: Rehearsal, { boots }: Results, name: keyof typeof REFUSALS, what: string) {
  rehearsal.onBoot(name, what);
  const machine = await started(rehearsal);
  const message = await machine.console.until(REFUSALS[name], LONGEST_WAIT * 2);
  const seen = await inspect(machine);
  boots.push({ name, what });
  await machine.cut();
  return { seen, message: message?.text };
}

/** Overwrites essential parts of a file system, and all spare copies that `e2fsck -p` could use without being asked. */
function damage(disk: string): void {
  const file = openSync(disk, 'r+');
  // The group descriptors and the root directory's inode table, past the first superblock.
  writeSync(file, Buffer.alloc(8 * 1024 ** 2, 0xa5), 0, 8 * 1024 ** 2, 4096);
  fsyncSync(file);
  closeSync(file);
}
