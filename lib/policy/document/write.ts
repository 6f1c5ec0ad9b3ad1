import type { Airlock, EgressRule, Injection, Secret } from '../../config/model';
import { type SecretWithRules, type SigningGroup, signingGroups } from '../rules';
import { type FlowValue, flow, list, scalar, value } from './emit';
import {
  BODIES_TARGET,
  BUFFERED_BODY_LIMIT,
  CLOSED_PORT,
  GATE_TARGET,
  HTTP_LISTEN,
  HTTPS_LISTEN,
  METRICS_LISTEN,
  UNSET_LOCK,
} from './facts';
import { headerLists } from './header-lists';
import { denyCidrs } from './never-dialled';

/** Long model calls answer late; iron-proxy's default of 30 seconds interrupts them. */
const RESPONSE_HEADER_TIMEOUT = '10m';
/** A list no name is on. */
const NO_HEADER = '/$^/';

/** A rule, in the same characters wherever the bundle holds it. */
export function ruleLine(rule: EgressRule): string {
  return flow(pattern(rule));
}

export function pattern(rule: EgressRule): Record<string, FlowValue | undefined> {
  const some = (values: readonly string[]): readonly string[] | undefined =>
    values.length > 0 ? values : undefined;
  return { host: rule.host, methods: some(rule.methods), paths: some(rule.paths) };
}

function injection(inject: Injection): string {
  switch (inject.kind) {
    case 'header':
      return `inject: ${flow({ header: inject.header, formatter: UNSET_LOCK + inject.formatter, require: true })}`;
    case 'query':
      return `inject: ${flow({ query_param: inject.parameter, formatter: UNSET_LOCK + inject.formatter, require: true })}`;
    case 'path':
      return `replace: ${flow({ proxy_value: inject.placeholder, match_headers: [NO_HEADER], match_path: true, require: true })}`;
  }
}

/** Where a secret comes from, and where it goes. */
export function secretSource(secret: Secret, indent: string): string[] {
  return [
    `${indent}source: ${flow({ type: 'aws_ssm', name: secret.parameter, ttl: `${secret.ttlSeconds}s` })}`,
    `${indent}${injection(secret.inject)}`,
  ];
}

function secretEntry({ secret, rules }: SecretWithRules): string[] {
  const [source = '', ...rest] = secretSource(secret, '      ');
  return [
    source.replace('      source', '    - source'),
    ...rest,
    ...list('rules', rules.map(ruleLine), '      '),
  ];
}

/** Bedrock's clients sign with placeholder keys; iron-proxy reads service and region there, and signs anew (`aws_auth`). */
export function keptHeaders({ keepHeaders = [], awsAuth }: EgressRule): readonly string[] {
  return awsAuth ? [...keepHeaders, 'authorization'] : keepHeaders;
}

/** For high-risk rules and their secrets too: a grant changes no header list. */
function headers(
  inForce: readonly EgressRule[],
  shut: readonly EgressRule[],
  secrets: readonly SecretWithRules[],
): string[] {
  const injected = secrets.flatMap(({ secret: { inject } }) =>
    inject.kind === 'header' ? [inject.header] : [],
  );
  const rules = [
    ...[...inForce, ...shut].map((rule) => ({
      host: rule.host,
      line: ruleLine(rule),
      keeps: keptHeaders(rule),
    })),
  ];
  return headerLists(rules, injected).flatMap(({ expression, rules: only }) => [
    '- name: header_allowlist',
    ...(only
      ? ['  config:', `    headers: [${scalar(expression)}]`, ...list('rules', only, '    ')]
      : [`  config: ${flow({ headers: [expression] })}`]),
  ]);
}

function signing(group: SigningGroup): string[] {
  return [
    '- name: aws_auth',
    '  config:',
    '    credentials_provider: {type: workload_identity}',
    `    allowed_services: [${scalar(group.service)}]`,
    `    allowed_regions: [${scalar(group.region)}]`,
    ...list('rules', group.rules.map(ruleLine), '    '),
  ];
}

/** The gate's second question, with the whole body: after the header lists, before any secret. */
function bodyQuestion(judging: readonly EgressRule[]): string[] {
  if (judging.length === 0) return [];
  const settings = { name: 'gate-bodies', target: BODIES_TARGET, send_request_body: true };
  return [
    '- name: grpc',
    '  config:',
    ...Object.entries(settings).map(([key, setting]) => `    ${key}: ${value(setting)}`),
    ...list('rules', judging.map(ruleLine), '    '),
  ];
}

/** Document 1: iron-proxy's configuration, standalone mode. It doesn't hold the machine's address or region. */
export function ironProxyDocument(
  airlock: Airlock,
  inForce: readonly EgressRule[],
  secrets: readonly SecretWithRules[],
  shut: readonly EgressRule[],
  sealed: readonly SecretWithRules[],
): string[] {
  const groups = signingGroups(inForce);
  const judging = inForce.filter(({ body }) => body !== undefined);
  return [
    'dns: {enabled: false}',
    'proxy:',
    `  http_listen: ${scalar(HTTP_LISTEN)}`,
    `  https_listen: ${scalar(HTTPS_LISTEN)}`,
    `  upstream_response_header_timeout: ${scalar(RESPONSE_HEADER_TIMEOUT)}`,
    ...(groups.length + judging.length > 0 ? [`  max_request_body_bytes: ${BUFFERED_BODY_LIMIT}`] : []),
    `  upstream_deny_cidrs: [${denyCidrs(airlock.network.cidr).map(scalar).join(', ')}]`,
    `  upstream_proxy: ${flow({ http_proxy: CLOSED_PORT })}`,
    `tls: ${flow({ mode: 'mitm', ca_cert: '/etc/iron-proxy/ca.crt', ca_key: '/etc/iron-proxy/ca.key' })}`,
    `metrics: ${flow({ listen: METRICS_LISTEN })}`,
    `log: ${flow({ level: 'info' })}`,
    'transforms:',
    '- name: grpc',
    `  config: ${flow({ name: 'gate', target: GATE_TARGET })}`,
    '- name: allowlist',
    '  config:',
    ...list('rules', inForce.map(ruleLine), '    '),
    ...headers(inForce, shut, [...secrets, ...sealed]),
    ...bodyQuestion(judging),
    ...(secrets.length > 0
      ? ['- name: secrets', '  config:', '    secrets:', ...secrets.flatMap(secretEntry)]
      : []),
    ...groups.flatMap(signing),
  ];
}
