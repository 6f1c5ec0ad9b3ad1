import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { constraints } from '../../policy/grant/body-constraint';
import type { Grant } from '../../policy/grant/grant';

/** Milliseconds after which grants that nobody could read again are refused: a revocation would go unseen. */
export const STALE = 60_000;

/** A moment by two clocks: AWS's, in milliseconds since the epoch, and the kernel's monotonic one. */
export interface SeenAt {
  readonly aws: number;
  readonly monotonic: number;
}

export interface GrantInForce extends Grant {
  /** AWS's name of whoever granted it. */
  readonly by: string;
}

export interface GrantsFile {
  readonly seen: SeenAt;
  readonly grants: readonly GrantInForce[];
}

const schema = z.strictObject({
  seen: z.strictObject({ aws: z.number(), monotonic: z.number() }),
  grants: z.array(
    z.strictObject({
      id: z.string(),
      rule: z.string(),
      because: z.string(),
      until: z.number(),
      paths: z.optional(z.array(z.string())),
      count: z.optional(z.number()),
      body: z.optional(constraints),
      by: z.string(),
    }),
  ),
});

export function grantsText(file: GrantsFile | undefined): string {
  return file ? `${JSON.stringify(file)}\n` : '';
}

/** Undefined when there is none, or when it isn't one that warden writes. */
export async function readGrantsFile(path: string): Promise<GrantsFile | undefined> {
  try {
    const read = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Those that haven't ended. The box's own clock has no part in it, and a reboot leaves no file. */
export function liveGrants(file: GrantsFile | undefined, monotonic: number): readonly GrantInForce[] {
  if (file === undefined) return [];
  const since = monotonic - file.seen.monotonic;
  if (!(since >= 0 && since < STALE)) return [];
  return file.grants.filter(({ until }) => file.seen.aws + since < until);
}
