import * as z from 'zod/mini';
import { RISKS } from '../../config/model';
import { bodyRule } from '../../config/values/body-rule';
import { rule } from '../document/rule';

const cap = z.optional(z.strictObject({ hour: z.optional(z.int()), day: z.optional(z.int()) }));
export const capsSchema = z.strictObject({ requests: cap, actions: cap, uploadMiB: cap, logMiB: cap });

export const spendSchema = z.strictObject({
  dailyUsd: z.optional(z.number().check(z.positive())),
  monthlyUsd: z.optional(z.number().check(z.positive())),
});
const usual = z.strictObject({
  hours: z.array(z.number()).check(z.length(24)),
  spread: z.number(),
  day: z.number(),
  daySpread: z.number(),
});
export const usualSchema = z.record(z.string(), z.strictObject({ requests: usual, uploadKiB: usual }));

const gateRule = z.strictObject({
  id: z.string().check(z.minLength(1)),
  ...rule.shape,
  secret: z.optional(z.string()),
  risk: z.enum(RISKS),
  caps: z.optional(capsSchema),
  /** Of a high-risk rule: warden puts them into iron-proxy's document under a grant. */
  awsAuth: z.optional(z.strictObject({ service: z.string(), region: z.string() })),
  keepHeaders: z.optional(z.array(z.string())),
});

/** The gate's document of the policy bundle: every rule of the agent in order, high-risk ones too. */
export const gatePolicySchema = z.strictObject({
  agent: z.string().check(z.minLength(1)),
  /** The agent's stack, for commands that a refusal names; warden adds it. */
  where: z.optional(z.strictObject({ stack: z.string(), region: z.string() })),
  /** The VPC's block, which is never dialled. */
  vpc: z.string(),
  rules: z.array(gateRule),
  /** Secrets that replace a placeholder in the path. */
  placeholders: z.optional(z.array(z.strictObject({ secret: z.string(), placeholder: z.string() }))),
  caps: capsSchema,
  /** Limits of signals that aren't the kit's. */
  watch: z.optional(z.record(z.string(), z.int())),
  /** What model calls may cost. */
  spend: z.optional(spendSchema),
  /** The ratified usual use, by rule. */
  usual: z.optional(usualSchema),
  /** How bodies are judged, by rule. */
  bodies: z.optional(z.record(z.string(), bodyRule)),
});

export type GatePolicy = z.infer<typeof gatePolicySchema>;
export type GateRule = z.infer<typeof gateRule>;
