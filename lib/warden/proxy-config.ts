import * as z from 'zod/mini';
import { UNSET } from '../../constructs/names';
import { deniesEverythingPrivate } from './deny-list';

/**
 * What iron-proxy's configuration must be on a box, whatever the parameter says. Strict objects all the way: a
 * setting that isn't named here could open the door (`warn`, `passthrough`, `upstream_private_exceptions`,
 * `tls.mode: sni-only`, `no_proxy`, a second listener), so it is refused until somebody has thought about it.
 *
 * Names and meanings are iron-proxy's (internal/config of its source).
 */
const HOST = /^(\*\.)?([a-z0-9]([a-z0-9_-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/;
const DURATION = /^([0-9]+(ms|s|m|h))+$/;
/** Ports something listens on: the plaintext trap must not be one of them. */
const OPEN_PORTS = [53, 80, 443, 8080, 9090, 9092];

/** Ends a request in an error while the secret's value is the placeholder (SEC-2). */
const UNSET_LOCK = `{{ if eq .Value "${UNSET}" }}{{ index "" 0 }}{{ end }}`;

const fixed = <const T extends string | boolean>(value: T) =>
  z.literal(value, { error: `must be ${JSON.stringify(value)}` });
const count = z.int().check(z.positive());
const duration = z.string().check(z.regex(DURATION, 'must be a duration such as "5m"'));

export const rule = z.strictObject({
  host: z.string().check(z.regex(HOST, 'must be a host name, or "*." and one of at least two labels')),
  methods: z.optional(z.array(z.string().check(z.regex(/^[A-Z]+$/, 'must be a method in upper case')))),
  paths: z.optional(z.array(z.string().check(z.regex(/^\//, 'must start with "/"')))),
});
export type Rule = z.infer<typeof rule>;

const rules = z.array(rule).check(z.minLength(1));

const plaintextTrap = z.string().check(
  z.refine(
    (text) => {
      const port = Number(/^http:\/\/127\.0\.0\.1:([0-9]{1,5})\/?$/.exec(text)?.[1] ?? 0);
      return port > 0 && !OPEN_PORTS.includes(port);
    },
    { error: 'must be a closed port on 127.0.0.1, so that nothing leaves in plaintext' },
  ),
);

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

const isAllowlist = ({ name }: { readonly name: string }) => name === 'allowlist';

/** A header's name, or an expression between slashes that any case of a name may match. */
function letsUpgradePass(header: string): boolean {
  const expression = /^\/(.+)\/$/.exec(header)?.[1];
  if (expression === undefined) return header.toLowerCase() === 'upgrade';
  try {
    return new RegExp(expression, 'i').test('Upgrade');
  } catch {
    return true;
  }
}

function configSchema(prefix: string) {
  return z.strictObject({
    dns: z.strictObject({
      enabled: z.optional(fixed(true)),
      listen: fixed(':53'),
      upstream_resolver: z.optional(
        z.string().check(z.regex(/^[0-9.]{7,15}:53$/, 'must be an address and port 53')),
      ),
      passthrough: z.optional(
        z.array(z.string()).check(z.maxLength(0, 'must be empty: it looks names up outside')),
      ),
      records: z.optional(z.array(z.unknown()).check(z.maxLength(0, 'must be empty'))),
    }),
    proxy: z.strictObject({
      http_listen: fixed(':80'),
      https_listen: fixed(':443'),
      tunnel_listen: fixed(':8080'),
      max_request_body_bytes: z.optional(count),
      max_response_body_bytes: z.optional(count),
      upstream_response_header_timeout: z.optional(duration),
      upstream_deny_cidrs: z.array(z.string()).check(
        z.refine(deniesEverythingPrivate, {
          error: 'must cover loopback, link-local (IMDS), private and shared ranges, IPv4 and IPv6',
        }),
      ),
      upstream_proxy: z.strictObject({ http_proxy: plaintextTrap }),
    }),
    tls: z.strictObject({
      mode: z.optional(fixed('mitm')),
      ca_cert: fixed('/etc/iron-proxy/ca.crt'),
      ca_key: fixed('/etc/iron-proxy/ca.key'),
      cert_cache_size: z.optional(count),
      leaf_cert_expiry_hours: z.optional(count),
    }),
    transforms: z
      .array(
        z.discriminatedUnion('name', [
          z.strictObject({ name: z.literal('allowlist'), config: z.strictObject({ rules: z.array(rule) }) }),
          z.strictObject({
            name: z.literal('header_allowlist'),
            config: z.strictObject({ headers: z.array(z.string()).check(z.minLength(1)) }),
          }),
          z.strictObject({
            name: z.literal('secrets'),
            config: z.strictObject({ secrets: z.array(secretEntry(prefix)) }),
          }),
          z.strictObject({ name: z.literal('aws_auth'), config: awsAuth }),
        ]),
      )
      .check(
        z.refine((list) => list.filter(isAllowlist).length === 1 && list.findIndex(isAllowlist) === 0, {
          error: 'must begin with the one allowlist: nothing may see a request before it',
        }),
        z.refine(
          (list) => list[1]?.name === 'header_allowlist' && !list[1].config.headers.some(letsUpgradePass),
          {
            error:
              'must have a header_allowlist without Upgrade next: iron-proxy dials WebSockets in plaintext',
          },
        ),
      ),
    metrics: z.strictObject({ listen: fixed('127.0.0.1:9090') }),
    management: z.strictObject({
      listen: fixed('127.0.0.1:9092'),
      api_key_env: z.optional(fixed('IRON_MANAGEMENT_API_KEY')),
    }),
    // Below `info` iron-proxy doesn't write the requests it lets through (LOG-1).
    log: z.optional(z.strictObject({ level: z.optional(fixed('info')) })),
  });
}

export type ProxyConfig = z.infer<ReturnType<typeof configSchema>>;

export type ConfigCheck =
  | { readonly ok: true; readonly config: ProxyConfig }
  | { readonly ok: false; readonly problem: string };

/** A box has one prefix; building the schema costs more than using it. */
const schemas = new Map<string, ReturnType<typeof configSchema>>();

/** @param prefix `/<stack>/<agent>/`: the only parameters secrets may come from. */
export function checkProxyConfig(document: unknown, prefix: string): ConfigCheck {
  const schema = schemas.get(prefix) ?? configSchema(prefix);
  schemas.set(prefix, schema);
  const read = schema.safeParse(document);
  if (read.success) return { ok: true, config: read.data };
  const issue = read.error.issues[0];
  const path = issue?.path.map(String).join('.') || 'document';
  const unknown = issue?.code === 'unrecognized_keys' ? `${issue.keys.join(', ')} is not allowed` : undefined;
  return { ok: false, problem: `${path}: ${unknown ?? issue?.message ?? 'not as expected'}` };
}
