import * as z from 'zod/mini';
import { RISKS } from '../../config/model';
import { bodyRule } from '../../config/values/body-rule';
import { capsSchema, type GatePolicy, type GateRule, spendSchema, usualSchema } from '../gate/policy';
import type { Rule } from './rule';

const id = z.string().check(z.minLength(1));
const entry = z.union([
  id,
  z.strictObject({
    id,
    secret: z.optional(z.string()),
    risk: z.optional(z.enum(RISKS)),
    caps: z.optional(capsSchema),
  }),
]);

/**
 * Document 3. Its rules say of each rule in force what the allowlist can't: they stand in the allowlist's order, so that no
 * rule is written twice. A rule that is only an id has no secret and a low risk.
 */
export const gateDocumentSchema = z.strictObject({
  gate: z.strictObject({
    vpc: z.string(),
    caps: capsSchema,
    spend: z.optional(spendSchema),
    placeholders: z.optional(z.array(z.strictObject({ secret: z.string(), placeholder: z.string() }))),
    watch: z.optional(z.record(z.string(), z.int())),
    usual: z.optional(usualSchema),
    rules: z.array(entry),
    bodies: z.optional(z.record(z.string(), bodyRule)),
  }),
});

type GateDocument = z.infer<typeof gateDocumentSchema>['gate'];
export type ShutRule = Omit<GateRule, 'risk'>;

/** The gate's policy from all three documents, or why they don't fit together. */
export function gatePolicyOf(
  { rules, ...rest }: GateDocument,
  agent: string,
  allowed: readonly Rule[],
  shut: readonly ShutRule[],
): GatePolicy | string {
  if (allowed.length !== rules.length)
    return `gate.rules: ${rules.length} rules, and the allowlist has ${allowed.length}`;
  const inForce = rules.map((written, index): GateRule => {
    const { host, methods, paths } = allowed[index] as Rule;
    const { risk = 'low', ...more } = typeof written === 'string' ? { id: written } : written;
    return { ...more, host, methods, paths, risk };
  });
  if (inForce.some(({ risk }) => risk === 'high')) return 'gate.rules: a high-risk rule is in the allowlist';
  const ids = [...inForce, ...shut].map((rule) => rule.id);
  if (new Set(ids).size !== ids.length) return 'gate.rules: an id is there twice';
  return {
    agent,
    ...rest,
    rules: [...inForce, ...shut.map((rule): GateRule => ({ ...rule, risk: 'high' }))],
  };
}
