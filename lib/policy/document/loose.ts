import { fieldOf, listOf, textsOf } from '../../json';
import { ruleKey } from './rule';

/** Readers of documents that nobody has checked: they return what they find and refuse nothing. */

/** A rule of the allowlist or of a secret: host, methods, paths. */
export interface LooseRule {
  /** Empty when the rule names none. */
  readonly host: string;
  /** Empty: all. */
  readonly methods: readonly string[];
  /** Empty: all. */
  readonly paths: readonly string[];
  /** Two rules with the same key are the same rule. */
  readonly key: string;
}

export function rulesOf(list: unknown): LooseRule[] {
  return listOf(list).map((rule) => {
    const host = fieldOf(rule, 'host');
    const name = typeof host === 'string' ? host : '';
    const methods = textsOf(fieldOf(rule, 'methods'));
    const paths = textsOf(fieldOf(rule, 'paths'));
    return {
      host: name,
      methods,
      paths,
      key: ruleKey({ host: name, methods, paths }),
    };
  });
}

/** The `config` of every transform of a kind in iron-proxy's configuration. */
export function transformsOf(proxy: unknown, name: string): unknown[] {
  return listOf(fieldOf(proxy, 'transforms'))
    .filter((transform) => fieldOf(transform, 'name') === name)
    .map((transform) => fieldOf(transform, 'config'));
}

export function allowlistOf(proxy: unknown): LooseRule[] {
  return transformsOf(proxy, 'allowlist').flatMap((config) => rulesOf(fieldOf(config, 'rules')));
}

export function secretsOf(proxy: unknown): unknown[] {
  return transformsOf(proxy, 'secrets').flatMap((config) => listOf(fieldOf(config, 'secrets')));
}

/** For messages: `PATCH api.github.com/repos/…`. */
export function describeRule({ host, methods, paths }: LooseRule): string {
  return `${methods.join(',') || 'any method'} ${host || 'any host'}${paths.join(',') || ' (any path)'}`;
}
