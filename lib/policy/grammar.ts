import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/**
 * iron-proxy's configuration, as far as this kit uses it: every key it knows here and what it refuses at start. Unknown
 * keys are refused throughout, which is stricter than iron-proxy: below `transforms` older releases drop a misspelt
 * key in silence, and a rule whose `methods` is misspelt allows all of them.
 */

/** Go's `time.ParseDuration`, positive. */
const duration = z
  .string()
  .regex(/^\+?(?=.*[1-9])(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$/);
const present = z.string().min(1);

const cidr = z.string().refine((text) => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  if (rest.length > 0 || family === 0 || !/^(0|[1-9]\d{0,2})$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return true;
}, 'must be an address with a prefix length');

const methods = z.array(present).optional();
const paths = z.array(z.string().startsWith('/')).optional();
const rule = z.union([
  z.strictObject({ host: present, methods, paths }),
  z.strictObject({ cidr, methods, paths }),
]);

const source = z.strictObject({
  type: z.literal('aws_ssm'),
  name: present,
  region: z.string().optional(),
  with_decryption: z.boolean().optional(),
  json_key: z.string().optional(),
  ttl: duration.optional(),
  failure_ttl: duration.optional(),
});

const inject = z
  .strictObject({
    header: present.optional(),
    query_param: present.optional(),
    formatter: z.string().optional(),
    require: z.boolean().optional(),
  })
  .refine(({ header, query_param }) => (header === undefined) !== (query_param === undefined), {
    message: 'needs one of header and query_param',
  });

const replace = z.strictObject({
  proxy_value: present,
  match_headers: z.array(present).optional(),
  match_body: z.boolean().optional(),
  match_path: z.boolean().optional(),
  require: z.boolean().optional(),
});

const secret = z.union([
  z.strictObject({ source, rules: z.array(rule), inject }),
  z.strictObject({ source, rules: z.array(rule), replace }),
]);

const transform = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('allowlist'),
    config: z.strictObject({
      domains: z.array(present).optional(),
      cidrs: z.array(cidr).optional(),
      rules: z.array(rule).optional(),
      warn: z.boolean().optional(),
    }),
  }),
  z.strictObject({
    name: z.literal('header_allowlist'),
    config: z.strictObject({ headers: z.array(present).min(1), rules: z.array(rule).optional() }),
  }),
  z.strictObject({ name: z.literal('secrets'), config: z.strictObject({ secrets: z.array(secret) }) }),
  z.strictObject({
    name: z.literal('aws_auth'),
    config: z.strictObject({
      credentials_provider: z.strictObject({ type: z.literal('workload_identity') }),
      allowed_services: z.array(present).optional(),
      allowed_regions: z.array(present).optional(),
      unsigned_payload: z.boolean().optional(),
      allow_chunked_body: z.boolean().optional(),
      rules: z.array(rule).min(1),
    }),
  }),
]);

export const ironProxyGrammar = z.strictObject({
  dns: z.strictObject({
    enabled: z.boolean().optional(),
    listen: z.string().optional(),
    proxy_ip: z.string().optional(),
    upstream_resolver: z.string().optional(),
    passthrough: z.array(present).optional(),
    records: z
      .array(z.strictObject({ name: present, type: z.enum(['A', 'CNAME']), value: present }))
      .optional(),
  }),
  proxy: z.strictObject({
    http_listen: z.string().optional(),
    https_listen: z.string().optional(),
    tunnel_listen: z.string().optional(),
    max_request_body_bytes: z.int().optional(),
    max_response_body_bytes: z.int().optional(),
    upstream_response_header_timeout: duration.optional(),
    upstream_deny_cidrs: z.array(cidr).optional(),
    upstream_proxy: z
      .strictObject({
        http_proxy: z.string().optional(),
        https_proxy: z.string().optional(),
        no_proxy: z.string().optional(),
      })
      .optional(),
  }),
  tls: z.strictObject({
    mode: z.literal('mitm').optional(),
    ca_cert: present,
    ca_key: present,
    cert_cache_size: z.int().optional(),
    leaf_cert_expiry_hours: z.int().optional(),
  }),
  transforms: z.array(transform).optional(),
  metrics: z.strictObject({ listen: z.string().optional() }).optional(),
  management: z
    .strictObject({ listen: z.string().optional(), api_key_env: z.string().optional() })
    .optional(),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).optional() }).optional(),
});

export type IronProxyConfiguration = z.infer<typeof ironProxyGrammar>;
