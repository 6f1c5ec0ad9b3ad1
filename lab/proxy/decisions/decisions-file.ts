import { parse } from 'yaml';
import { z } from 'zod';

const rule = z.strictObject({
  id: z.string(),
  host: z.string(),
  methods: z.array(z.string()),
  paths: z.array(z.string()),
  secret: z.string().optional(),
  sign: z.strictObject({ service: z.string(), region: z.string() }).optional(),
  risk: z.enum(['low', 'medium', 'high']),
});
const secret = z.strictObject({
  id: z.string(),
  parameter: z.string(),
  header: z.string().optional(),
  query: z.string().optional(),
  formatter: z.string().optional(),
  placeholder: z.string().optional(),
});
const policy = z.strictObject({ vpc: z.string(), rules: z.array(rule), secrets: z.array(secret) });
const request = z.strictObject({
  method: z.string(),
  url: z.string().optional(),
  target: z.string().optional(),
  host: z.string().optional(),
  sni: z.string().optional(),
  scheme: z.enum(['http', 'https']).optional(),
  via: z.enum(['direct', 'tunnel', 'absolute']).optional(),
  connect: z.string().optional(),
  upgrade: z.literal('websocket').optional(),
});
const expectation = z.strictObject({
  allowed: z.boolean(),
  rule: z.string().optional(),
  secret: z.string().optional(),
  secrets: z.array(z.string()).optional(),
  by: z.enum(['front', 'transport', 'proxy', 'rules', 'grant', 'secret', 'network']),
  status: z.union([z.int(), z.literal('none')]).optional(),
});
const file = z.strictObject({
  format: z.literal(1),
  sources: z.record(z.string(), z.string()),
  policies: z.record(z.string(), policy),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      policy: z.string(),
      cases: z.array(
        z.strictObject({
          id: z.string(),
          shows: z.string(),
          policy: z.string().optional(),
          request,
          expect: expectation,
          from: z.array(z.string()).min(1),
        }),
      ),
    }),
  ),
});

export type Decisions = z.infer<typeof file>;
export type DecisionPolicy = Decisions['policies'][string];

/** A case with its group and policy. */
export type DecisionCase = Decisions['groups'][number]['cases'][number] & {
  readonly group: string;
  readonly policy: string;
};

/**
 * Reads and validates the shared cases; the head of test/fixtures/decisions.yaml explains each field.
 *
 * @throws when the text is not such a file
 */
export function parseDecisions(text: string): Decisions {
  return file.parse(parse(text, { uniqueKeys: true }));
}

/** Every case, in the file's order. */
export function casesOf(decisions: Decisions): readonly DecisionCase[] {
  return decisions.groups.flatMap((group) =>
    group.cases.map((found) => ({ ...found, group: group.name, policy: found.policy ?? group.policy })),
  );
}
