import { parseAllDocuments } from 'yaml';
import type { Resource, Template } from '../../reach/template/template';
import { textOf } from '../../reach/template/value';
import { fieldOf, type Json, listOf, textsOf } from './json';
import { named } from './lookup';
import type { Manifest } from './manifest';

/** The policy bundle that a box's manifest names, read back from the template. */
export interface Policy {
  /** Its parameters in order; one that the template doesn't have is missing. */
  readonly parameters: readonly Resource[];
  readonly missing: readonly string[];
  /** All parts joined; undefined when a part is no literal text. */
  readonly text?: string;
  /** Document 1, iron-proxy's configuration. */
  readonly proxy: Json;
  /** What stands under `airlock` in document 2. */
  readonly warden: Json;
  /** Why the text couldn't be read as two YAML documents. */
  readonly problem?: string;
}

/** A rule of the allowlist or of a secret: who may be asked, how, for what. */
export interface PolicyRule {
  readonly host: string;
  readonly methods: readonly string[];
  readonly paths: readonly string[];
  /** Two rules with the same key are the same rule. */
  readonly key: string;
  readonly keys: readonly string[];
}

export function readPolicy(template: Template, manifest: Manifest): Policy {
  const found = manifest.policy.parameters.map((name) =>
    named(template, 'AWS::SSM::Parameter', 'Name', name),
  );
  const parameters = found.filter((resource) => resource !== undefined);
  const missing = manifest.policy.parameters.filter((_, index) => found[index] === undefined);
  const texts = parameters.map((parameter) => textOf(parameter.get('Value')));
  const nothing = { parameters, missing, proxy: undefined, warden: undefined };
  if (texts.includes(undefined)) {
    return { ...nothing, problem: 'a part of the policy is not a literal text' };
  }
  const text = texts.join('');
  const documents = parse(text);
  return typeof documents === 'string'
    ? { ...nothing, text, problem: documents }
    : { ...nothing, text, proxy: documents[0], warden: fieldOf(documents[1], 'airlock') };
}

function parse(text: string): readonly [Json, Json] | string {
  try {
    const documents = [
      ...parseAllDocuments(text, { uniqueKeys: true, prettyErrors: false, logLevel: 'silent' }),
    ];
    const trouble = documents.flatMap((document) => [...document.errors, ...document.warnings])[0];
    if (trouble !== undefined) {
      return `it is not plain YAML: ${trouble.code}`;
    }
    const [proxy, warden, ...more] = documents.map((document) => document.toJS({ maxAliasCount: 0 }) as Json);
    return proxy === undefined || warden === undefined || more.length > 0
      ? `it has ${documents.length} YAML documents instead of two`
      : [proxy, warden];
  } catch {
    return 'it is not plain YAML';
  }
}

/** The `config` of every transform of a kind. */
export function transformsOf(policy: Policy, name: string): Json[] {
  return listOf(fieldOf(policy.proxy, 'transforms'))
    .filter((transform) => fieldOf(transform, 'name') === name)
    .map((transform) => fieldOf(transform, 'config'));
}

/** What passes: the allowlist without the entries that only open the tunnel. */
export function allowRules(policy: Policy): PolicyRule[] {
  return allowlist(policy).filter((rule) => !isTunnel(rule));
}

export function allowlist(policy: Policy): PolicyRule[] {
  return transformsOf(policy, 'allowlist').flatMap((config) => rulesOf(fieldOf(config, 'rules')));
}

/** `{host, methods: [CONNECT]}` lets a client ask for a tunnel; the request inside is judged by the other rules. */
export function isTunnel(rule: PolicyRule): boolean {
  return rule.methods.length === 1 && rule.methods[0] === 'CONNECT' && rule.paths.length === 0;
}

export function rulesOf(list: Json): PolicyRule[] {
  return listOf(list).map((rule) => {
    const host = fieldOf(rule, 'host');
    const methods = textsOf(fieldOf(rule, 'methods'));
    const paths = textsOf(fieldOf(rule, 'paths'));
    return {
      host: typeof host === 'string' ? host : '',
      methods,
      paths,
      key: JSON.stringify([host ?? null, methods, paths]),
      keys: Object.keys(typeof rule === 'object' && rule !== null ? rule : {}),
    };
  });
}

/** For messages: `PATCH api.github.com/repos/…`. */
export function describeRule(rule: PolicyRule): string {
  return `${rule.methods.join(',') || 'any method'} ${rule.host || 'any host'}${rule.paths.join(',') || ' (any path)'}`;
}
