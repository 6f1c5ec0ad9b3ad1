import * as z from 'zod/mini';
import { HTTP_LISTEN, HTTPS_LISTEN, isClosedPort, METRICS_LISTEN } from './facts';
import { leftOpen } from './never-dialled';
import { count, duration, fixed } from './setting';
import { transforms } from './transforms';

const plaintextTrap = z.string().check(
  z.refine(isClosedPort, {
    error: 'must be a closed port on 127.0.0.1, so that nothing leaves in plaintext',
  }),
);

/**
 * What iron-proxy's configuration must be on a box, whatever the parameter says. Strict objects everywhere: an unlisted
 * setting could let requests past the policy (`warn`, `upstream_private_exceptions`, `tls.mode: sni-only`,
 * `no_proxy`, a second listener), so it is refused until somebody has examined it.
 *
 * Names and meanings are iron-proxy's (internal/config of its source).
 */
function configSchema(prefix: string) {
  return z.strictObject({
    // dnsmasq answers the agent. iron-proxy's own server could look names up outside.
    dns: z.strictObject({ enabled: fixed(false) }),
    proxy: z.strictObject({
      http_listen: fixed(HTTP_LISTEN),
      https_listen: fixed(HTTPS_LISTEN),
      max_request_body_bytes: z.optional(count),
      max_response_body_bytes: z.optional(count),
      upstream_response_header_timeout: z.optional(duration),
      upstream_deny_cidrs: z.array(z.string()).check(
        z.refine((denied) => leftOpen(denied).length === 0, {
          error: 'must cover loopback, link-local (IMDS), private and reserved ranges, and all of IPv6',
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
    transforms: transforms(prefix),
    metrics: z.strictObject({ listen: fixed(METRICS_LISTEN) }),
    // With a less detailed level than `info` iron-proxy doesn't log the requests that it lets through (LOG-1).
    log: z.optional(z.strictObject({ level: z.optional(fixed('info')) })),
  });
}

export type ProxyConfig = z.infer<ReturnType<typeof configSchema>>;

export type ConfigCheck =
  | { readonly ok: true; readonly config: ProxyConfig }
  | { readonly ok: false; readonly problem: string };

/** Cached: a box has one prefix, and building the schema costs more than using it. */
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
