import { parseAllDocuments } from 'yaml';
import { isObject, own } from '../../reach/template/document';

export interface AllowRule {
  readonly host: string;
  readonly methods?: readonly string[];
  readonly paths?: readonly string[];
}

export interface PolicySecret {
  readonly parameter: string;
  /** Header that carries it, lower case. */
  readonly header?: string;
  readonly rules: readonly AllowRule[];
}

/** What a policy lets an agent do, read from its text alone. */
export interface Policy {
  /** Without the entries that only open tunnels. */
  readonly allow: readonly AllowRule[];
  readonly secrets: readonly PolicySecret[];
  /** Rules of which iron-proxy signs the requests for AWS. */
  readonly signed: readonly AllowRule[];
  /** Refused until granted. */
  readonly shut: readonly AllowRule[];
}

/** Tolerant: what a policy may say is the compiler's and warden's business. */
export function parsePolicy(text: string): Policy {
  const [config, airlock] = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  const transforms = list(get(config, 'transforms'));
  const named = (name: string) => transforms.filter((each) => get(each, 'name') === name);
  const allow = named('allowlist').flatMap((each) => rulesOf(get(get(each, 'config'), 'rules')));
  return {
    allow: allow.filter(({ methods }) => methods?.join() !== 'CONNECT'),
    secrets: named('secrets')
      .flatMap((each) => list(get(get(each, 'config'), 'secrets')))
      .map((secret) => ({
        parameter: String(get(get(secret, 'source'), 'name') ?? ''),
        header: headerOf(get(get(secret, 'inject'), 'header')),
        rules: rulesOf(get(secret, 'rules')),
      })),
    signed: named('aws_auth').flatMap((each) => rulesOf(get(get(each, 'config'), 'rules'))),
    shut: rulesOf(get(get(airlock, 'airlock'), 'shut')),
  };
}

/** Documentation ranges, which are the lab's internet. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'];

/**
 * The policy as the lab's Parameter Store holds it: the one difference is that a box may dial documentation addresses,
 * since the lab's internet bears no others.
 */
export function forTheLab(text: string): string {
  return DOCUMENTATION.reduce((edited, range) => edited.replaceAll(`"${range}", `, ''), text);
}

function headerOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}

function rulesOf(value: unknown): AllowRule[] {
  return list(value).flatMap((each) => {
    const host = get(each, 'host');
    return typeof host === 'string' ? [each as AllowRule] : [];
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function get(value: unknown, name: string): unknown {
  return isObject(value) ? own(value, name) : undefined;
}
