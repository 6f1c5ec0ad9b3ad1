import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { jsonIn } from '../../json';
import { type Reserve, reserveSchema } from '../../policy/gate/spend/reserve';
import type { SpendState } from '../../policy/gate/spend/sums';
import { writeWhole } from './whole-file';

const schema = z.strictObject({
  before: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  microUsd: z.int().check(z.minimum(0)),
});

/** Undefined when there is none; 'broken' when it isn't one that the gate writes. */
export async function readSpendFile(path: string): Promise<SpendState | 'broken' | undefined> {
  try {
    const read = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return read.success ? read.data : 'broken';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'broken';
  }
}

export function writeSpendFile(path: string, state: SpendState): Promise<void> {
  return writeWhole(path, `${JSON.stringify(state)}\n`);
}

/** The name under which this history of charges reserves money: made once, and gone with the history. */
export async function spendBox(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f]{12}$/.test(found)) return found;
  const made = randomBytes(6).toString('hex');
  await writeWhole(path, made);
  return made;
}

/** Nothing is reserved when there is no file, or not one that warden writes. */
export async function readReserveFile(path: string): Promise<Reserve> {
  const read = reserveSchema.safeParse(jsonIn(await readFile(path, 'utf8').catch(() => undefined)));
  return read.success ? read.data : {};
}
