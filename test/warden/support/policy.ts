import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { FRONT_LIMITS } from '../../../lib/config/schema/proxy-schema';
import { denyCidrs } from '../../../lib/policy';

export const PREFIX = '/airlock/scout/';
export const READ = { host: 'api.github.com', methods: ['GET'], paths: ['/repos/ironsh/iron-proxy/*'] };
export const WRITE = {
  host: 'api.github.com',
  methods: ['PATCH'],
  paths: ['/repos/ironsh/iron-proxy/releases/*'],
};
export const DELETE = {
  host: 'api.github.com',
  methods: ['DELETE'],
  paths: ['/repos/ironsh/iron-proxy/releases/*'],
};
export const PLAIN = { host: 'www.example.com', methods: ['GET'], paths: ['/*'] };
export const READ_PARAMETER = `${PREFIX}github-read-pat`;
export const WRITE_PARAMETER = `${PREFIX}github-write-pat`;

// biome-ignore lint/suspicious/noExplicitAny: tests spoil documents at any depth
export type Document = Record<string, any>;

const injected = (parameter: string, rule: object) => ({
  source: { type: 'aws_ssm', name: parameter, ttl: '15m' },
  inject: {
    header: 'Authorization',
    formatter: '{{ if eq .Value "UNSET" }}{{ index "" 0 }}{{ end }}Bearer {{ .Value }}',
    require: true,
  },
  rules: [rule],
});

/** Document 1 of a sound policy, fresh at every call so that tests may spoil it. */
export function soundConfig(): Document {
  return structuredClone({
    dns: { enabled: false },
    proxy: {
      http_listen: '127.0.0.1:8480',
      https_listen: '127.0.0.1:8443',
      upstream_response_header_timeout: '10m',
      upstream_deny_cidrs: [...denyCidrs('10.64.0.0/20')],
      upstream_proxy: { http_proxy: 'http://127.0.0.1:9' },
    },
    tls: { ca_cert: '/etc/iron-proxy/ca.crt', ca_key: '/etc/iron-proxy/ca.key' },
    transforms: [
      { name: 'grpc', config: { name: 'gate', target: 'unix:///run/airlock-gate/gate.sock' } },
      { name: 'allowlist', config: { rules: [READ, WRITE, PLAIN] } },
      { name: 'header_allowlist', config: { headers: ['Accept', 'Content-Type'] } },
      {
        name: 'secrets',
        config: { secrets: [injected(READ_PARAMETER, READ), injected(WRITE_PARAMETER, WRITE)] },
      },
    ],
    metrics: { listen: '127.0.0.1:9090' },
    log: { level: 'info' },
  });
}

/** Document 2 that goes with it. */
export function soundAirlock(): Document {
  return structuredClone({
    airlock: {
      format: 1,
      agent: 'scout',
      front: { connect: false, ...FRONT_LIMITS },
      secrets: [
        { id: 'github-read-pat', parameter: READ_PARAMETER, rules: [READ] },
        { id: 'github-write-pat', parameter: WRITE_PARAMETER, rules: [WRITE] },
      ],
      shut: [{ id: 'release-delete', ...DELETE, secret: 'github-write-pat', risk: 'high' }],
    },
  });
}

/** Document 3 that goes with both. */
export function gateFor(config: Document, { airlock }: Document): Document {
  const allowed: Document[] =
    config.transforms.find(({ name }: Document) => name === 'allowlist')?.config.rules ?? [];
  const secretOf = (rule: Document) =>
    airlock.secrets?.find(({ rules }: Document) => rules.some((one: Document) => isSame(one, rule)))?.id;
  const rules = allowed
    .filter(({ methods }) => methods?.join() !== 'CONNECT')
    .map((rule, index) => ({ id: `rule-${index}`, secret: secretOf(rule) }));
  return { gate: { vpc: '10.64.0.0/20', caps: {}, rules } };
}

const isSame = (one: Document, other: Document) => JSON.stringify(one) === JSON.stringify(other);

export function bundleText(
  config: Document = soundConfig(),
  airlock: Document = soundAirlock(),
  gate: Document = gateFor(config, airlock),
): string {
  return [config, airlock, gate]
    .map((document) => stringify(document, { aliasDuplicateObjects: false }))
    .join('---\n');
}

/** A sound policy with one more plain rule: tells two deployments apart. */
export function variant(path: string): string {
  const config = soundConfig();
  config.transforms[1].config.rules.push({ host: 'www.example.com', methods: ['GET'], paths: [path] });
  return bundleText(config);
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}
