import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { jsonIn } from '../../json';
import { type GatePolicy, gatePolicySchema } from '../../policy/gate/policy';
import { type GateRules, gateRules } from '../../policy/gate/rules';

const fileSchema = z.strictObject({
  policy: gatePolicySchema,
  unset: z.array(z.string()),
  /** Headers that secrets go into. */
  injected: z.optional(z.array(z.string())),
});

export interface PolicyInForce {
  readonly policy: GatePolicy;
  readonly rules: GateRules;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/** The text that warden writes for the gate. */
export function gatePolicyText(
  policy: GatePolicy,
  unset: readonly string[],
  injected: readonly string[] = [],
): string {
  return `${JSON.stringify({ policy, unset, injected }, null, 1)}\n`;
}

/** The policy on disk; undefined when there is none, or when it isn't one that warden writes. */
export async function readPolicyFile(path: string): Promise<PolicyInForce | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const read = fileSchema.safeParse(jsonIn(text));
  if (!read.success) return undefined;
  const { policy, unset, injected } = read.data;
  const digest = createHash('sha256').update(text).digest('hex');
  return { policy, rules: gateRules(policy, new Set(unset), injected), digest };
}
