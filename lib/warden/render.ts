import { createHash } from 'node:crypto';
import { fieldOf, textsOf } from '../json';
import { secretsOf } from '../policy/document/loose';
import type { Bundle } from '../policy/document/read';
import { type Rule, ruleKey } from '../policy/document/rule';
import type { ProxyConfig } from '../policy/document/schema';
import type { GatePolicy } from '../policy/gate/policy';
import { gatePolicyText } from './gate/policy-file';

/** A policy of iron-proxy, for either slot (slot.ts). */
export interface Policy {
  readonly config: ProxyConfig;
  /** SHA-256 of its text. */
  readonly digest: string;
}

export interface Rendered {
  readonly policy: Policy;
  /** Ids of secrets that were never set; their rules are not in the text. */
  readonly unset: readonly string[];
  /** The gate's policy file. */
  readonly gate: string;
}

/**
 * Writes document 1 without the rules of secrets that were never set (SEC-2). As JSON, which is YAML, so that
 * iron-proxy's parser reads exactly what was checked here.
 *
 * @param neverSet Parameter names of those secrets.
 * @param where The agent's stack.
 */
export function render(
  { config, airlock, gate }: Bundle,
  neverSet: ReadonlySet<string>,
  where?: GatePolicy['where'],
): Rendered {
  const missing = airlock.secrets.filter((secret) => neverSet.has(secret.parameter));
  const shut = new Set(missing.flatMap((secret) => secret.rules.map(ruleKey)));
  const open = (rules: readonly Rule[]) => rules.filter((rule) => !shut.has(ruleKey(rule)));
  const transforms = config.transforms.flatMap((transform): ProxyConfig['transforms'] => {
    if (transform.name === 'allowlist')
      return [{ ...transform, config: { rules: open(transform.config.rules) } }];
    if (transform.name === 'grpc' && 'rules' in transform.config) {
      const rules = open(transform.config.rules);
      // Without rules it would be for every request.
      return rules.length > 0 ? [{ ...transform, config: { ...transform.config, rules } }] : [];
    }
    if (transform.name === 'secrets') {
      const secrets = transform.config.secrets.filter((secret) => !neverSet.has(secret.source.name));
      return [{ ...transform, config: { secrets } }];
    }
    return [transform];
  });
  const unset = missing.map((secret) => secret.id);
  const injected = [...new Set([...secretsOf(config), ...airlock.sealed].flatMap(headerOf))].sort();
  const forGate = gatePolicyText({ ...gate, where }, unset, injected);
  return { policy: policyOf({ ...config, transforms }), unset, gate: forGate };
}

function headerOf(secret: unknown): string[] {
  return textsOf([fieldOf(secret, 'inject', 'header')]);
}

export function policyOf(config: ProxyConfig): Policy {
  return { config, digest: sha256(renderConfig(config)) };
}

export function renderConfig(config: object): string {
  return `${layOut(config, 0)}\n`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const LINE = 160;

/** JSON with one rule a line, in ASCII: YAML treats some other characters as line ends. */
function layOut(value: unknown, depth: number): string {
  const flat = ascii(JSON.stringify(value));
  if (flat.length <= LINE || typeof value !== 'object' || value === null) return flat;
  const indent = '  '.repeat(depth + 1);
  const end = `\n${'  '.repeat(depth)}`;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => indent + layOut(item, depth + 1)).join(',\n')}${end}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{\n${entries.map(([key, item]) => `${indent}${ascii(JSON.stringify(key))}: ${layOut(item, depth + 1)}`).join(',\n')}${end}}`;
}

function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point > 0xffff
      ? `\\U${point.toString(16).padStart(8, '0')}`
      : `\\u${point.toString(16).padStart(4, '0')}`;
  });
}
