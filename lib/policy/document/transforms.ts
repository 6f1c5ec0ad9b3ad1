import * as z from 'zod/mini';
import { BODIES_TARGET, GATE_TARGET, UNSET_LOCK } from './facts';
import { letsRefusedHeaderPass } from './refused-headers';
import { rule, rules } from './rule';
import { count, duration, fixed } from './setting';

function secretEntry(prefix: string) {
  return z
    .strictObject({
      source: z.strictObject({
        type: fixed('aws_ssm'),
        name: z.string().check(z.startsWith(prefix, `must start with ${prefix}`)),
        with_decryption: z.optional(fixed(true)),
        json_key: z.optional(z.string()),
        ttl: z.optional(duration),
        failure_ttl: z.optional(duration),
      }),
      require: z.optional(fixed(true)),
      inject: z.optional(
        z.strictObject({
          header: z.optional(z.string()),
          query_param: z.optional(z.string()),
          formatter: z
            .string()
            .check(z.startsWith(UNSET_LOCK, 'must begin with the lock against an unset secret')),
          require: z.optional(fixed(true)),
        }),
      ),
      replace: z.optional(
        z.strictObject({
          proxy_value: z.string().check(z.minLength(1)),
          match_headers: z.optional(z.array(z.string())),
          match_query: z.optional(z.boolean()),
          match_path: z.optional(z.boolean()),
          match_body: z.optional(z.boolean()),
          require: z.optional(fixed(true)),
        }),
      ),
      rules,
    })
    .check(
      z.refine((entry) => (entry.inject === undefined) !== (entry.replace === undefined), {
        error: 'must have either inject or replace',
      }),
      z.refine(
        ({ inject }) =>
          inject === undefined || (inject.header === undefined) !== (inject.query_param === undefined),
        { error: 'must name one place for the secret: header or query_param' },
      ),
      z.refine((entry) => entry.require ?? entry.inject?.require ?? entry.replace?.require ?? false, {
        error: 'must have require: true, or a missing secret lets the request go out bare',
      }),
    );
}

const awsAuth = z.strictObject({
  credentials_provider: z.strictObject({ type: fixed('workload_identity') }),
  service: z.optional(z.string()),
  region: z.optional(z.string()),
  allowed_services: z.optional(z.array(z.string())),
  allowed_regions: z.optional(z.array(z.string())),
  max_request_body_bytes: z.optional(count),
  rules,
});

const gate = z.strictObject({ name: fixed('gate'), target: fixed(GATE_TARGET) });
const gateBodies = z.strictObject({
  name: fixed('gate-bodies'),
  target: fixed(BODIES_TARGET),
  send_request_body: fixed(true),
  rules,
});

interface Named {
  readonly name: string;
  readonly config: object;
}
const isGate = ({ name, config }: Named) => name === 'grpc' && !('rules' in config);
const isBodies = ({ name, config }: Named) => name === 'grpc' && 'rules' in config;
const isAllowlist = ({ name }: { readonly name: string }) => name === 'allowlist';

/**
 * The pipeline of a request: first recorded and judged by the gate, then allowed or refused by iron-proxy itself, then
 * stripped of the refused headers, its body judged by the gate where a rule says so, and only then given a secret or a
 * signature. A box's policy may have no other transform of iron-proxy's.
 *
 * @param prefix `/<stack>/<agent>/`: the only parameters secrets may come from.
 */
export function transforms(prefix: string) {
  return z
    .array(
      z.discriminatedUnion('name', [
        z.strictObject({
          name: z.literal('grpc'),
          config: z.discriminatedUnion('name', [gate, gateBodies]),
        }),
        z.strictObject({ name: z.literal('allowlist'), config: z.strictObject({ rules: z.array(rule) }) }),
        z.strictObject({
          name: z.literal('header_allowlist'),
          config: z.strictObject({
            headers: z.array(z.string()).check(z.minLength(1)),
            rules: z.optional(rules),
          }),
        }),
        z.strictObject({
          name: z.literal('secrets'),
          config: z.strictObject({ secrets: z.array(secretEntry(prefix)) }),
        }),
        z.strictObject({ name: z.literal('aws_auth'), config: awsAuth }),
      ]),
    )
    .check(
      z.refine((list) => list.filter(isGate).length === 1 && list.findIndex(isGate) === 0, {
        error: 'must begin with the one gate: it records a request before anything else sees it',
      }),
      z.refine((list) => list.filter(isAllowlist).length === 1 && list.findIndex(isAllowlist) === 1, {
        error: 'must have the one allowlist next: nothing but the gate may see a request before it',
      }),
      z.refine(bodiesInPlace, {
        error: 'may show bodies to the gate once, after the header lists and before any secret or signature',
      }),
      z.refine(
        (list) =>
          list[2]?.name === 'header_allowlist' &&
          list[2].config.rules === undefined &&
          !list[2].config.headers.some(letsRefusedHeaderPass),
        {
          error:
            'must have a header_allowlist without Upgrade and method or path overrides next: iron-proxy dials WebSockets in plaintext',
        },
      ),
    );
}

function bodiesInPlace(list: readonly Named[]): boolean {
  const at = list.findIndex(isBodies);
  const isSending = ({ name }: Named) => name === 'secrets' || name === 'aws_auth';
  return at < 0 || (list.slice(at + 1).every(isSending) && !list.slice(0, at).some(isSending));
}
