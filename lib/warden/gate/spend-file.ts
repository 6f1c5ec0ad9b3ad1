import { open, readFile, rename } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { SpendState } from '../../policy/gate/spend/sums';

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

/** The file is whole at every moment: the new one is on disk before it takes the name. */
export async function writeSpendFile(path: string, state: SpendState): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o640);
  try {
    await file.writeFile(`${JSON.stringify(state)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
