import { DOCUMENTATION_RANGES } from '../../../constructs/address/special-ranges';
import { fieldOf, listOf } from '../../../lib/json';
import {
  allowlistOf,
  type LooseRule,
  rulesOf,
  secretsOf,
  transformsOf,
} from '../../../lib/policy/document/loose';
import { parseDocuments } from '../../../lib/policy/document/yaml';

export interface AllowRule {
  readonly host: string;
  readonly methods?: readonly string[];
  readonly paths?: readonly string[];
  /** Bytes of the largest body that the gate judges. @default it judges none, and bodies pass as they come */
  readonly bodyLimit?: number;
}

export interface PolicySecret {
  readonly parameter: string;
  /** Header that carries it, lower case. */
  readonly header?: string;
  /** Text in the path that its value replaces. */
  readonly placeholder?: string;
  readonly rules: readonly AllowRule[];
}

/** What a policy allows, read from its text alone. */
export interface Policy {
  /** Whether the CONNECT port is open. */
  readonly connect: boolean;
  /** Whether the box has canaries. */
  readonly canaries: boolean;
  readonly allow: readonly AllowRule[];
  readonly secrets: readonly PolicySecret[];
  /** Rules whose requests iron-proxy signs for AWS. */
  readonly signed: readonly AllowRule[];
  /** Refused until granted. */
  readonly shut: readonly AllowRule[];
}

/**
 * Reads a policy without validating it: compiler and warden do that.
 *
 * @throws when the text isn't three YAML documents
 */
export function parsePolicy(text: string): Policy {
  const documents = parseDocuments(text);
  if (typeof documents === 'string') throw new Error(`the policy can't be read: ${documents}`);
  const [proxy, airlock, gate] = documents;
  const ids = listOf(fieldOf(gate, 'gate', 'rules')).map((rule) => fieldOf(rule, 'id') ?? rule);
  const limitOf = (id: unknown) => fieldOf(gate, 'gate', 'bodies', String(id), 'limit');
  return {
    connect: fieldOf(airlock, 'airlock', 'front', 'connect') === true,
    canaries: fieldOf(airlock, 'airlock', 'front', 'canaries') === true,
    // The gate's rules are in the allowlist's order.
    allow: allowlistOf(proxy).map((rule, index) => {
      const limit = limitOf(ids[index]);
      return { ...plain(rule), ...(typeof limit === 'number' && { bodyLimit: limit }) };
    }),
    secrets: secretsOf(proxy).map((secret) => ({
      parameter: String(fieldOf(secret, 'source', 'name') ?? ''),
      header: textOf(fieldOf(secret, 'inject', 'header'))?.toLowerCase(),
      placeholder: textOf(fieldOf(secret, 'replace', 'proxy_value')),
      rules: rulesOf(fieldOf(secret, 'rules')).map(plain),
    })),
    signed: transformsOf(proxy, 'aws_auth').flatMap((config) => rulesOf(fieldOf(config, 'rules')).map(plain)),
    shut: rulesOf(fieldOf(airlock, 'airlock', 'shut')).map(plain),
  };
}

/**
 * The policy for the lab's Parameter Store. The only difference: a box may dial documentation addresses, because the
 * lab's internet has no others.
 */
export function forTheLab(text: string): string {
  return Object.keys(DOCUMENTATION_RANGES).reduce(
    (edited, range) => edited.replaceAll(`"${range}", `, ''),
    text,
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function plain({ host, methods, paths }: LooseRule): AllowRule {
  return { host, ...(methods.length > 0 && { methods }), ...(paths.length > 0 && { paths }) };
}
