import { fieldOf, listOf, textsOf } from '../../json';
import { flow } from './emit';
import { allowlistOf, type LooseRule, rulesOf, secretsOf, transformsOf } from './loose';
import { allHeadersBut, isRefused, letsHeaderPass, REFUSED } from './refused-headers';
import { ruleKey } from './rule';

/** Headers in which a client authenticates itself, whatever the API. */
export const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'proxy-authorization'] as const;

/** A rule, and the headers with credentials that the agent may send by it. */
export interface Keeping {
  readonly host: string;
  /** The rule as the policy writes it. */
  readonly line: string;
  readonly keeps: readonly string[];
}

export interface HeaderList {
  /** The expression of `header_allowlist`. */
  readonly expression: string;
  /** The rules it is for, as the policy writes them; absent: all requests. */
  readonly rules?: readonly string[];
}

/**
 * SEC-4: the header lists that take the agent's own credentials away. The first is for every request; where a rule keeps a
 * header, a further list takes that header from the requests of all other rules. A request of several rules loses it.
 *
 * @param injected headers that secrets go into
 */
export function headerLists(rules: readonly Keeping[], injected: readonly string[]): readonly HeaderList[] {
  const taken = takenHeaders(injected);
  const kept = taken.filter((name) => rules.some(({ keeps }) => keepsHeader(keeps, name)));
  const all = (...names: string[]) => allHeadersBut({ ...REFUSED, names: [...REFUSED.names, ...names] });
  return [
    { expression: all(...taken.filter((name) => !kept.includes(name))) },
    ...kept.flatMap((name) => {
      const keepers = rules.filter(({ keeps }) => keepsHeader(keeps, name));
      const others = rules.filter((rule) => !keepers.includes(rule)).map((rule) => shortest(rule, keepers));
      return others.length > 0 ? [{ expression: all(name), rules: [...new Set(others)] }] : [];
    }),
  ];
}

/** A host stands for its rules where no rule for it keeps the header. */
function shortest({ host, line }: Keeping, keepers: readonly Keeping[]): string {
  const isWhole = !host.startsWith('*') && keepers.every((keeper) => keeper.host !== host);
  return isWhole ? flow({ host }) : line;
}

/** Headers that are taken off, in lower case. */
export function takenHeaders(injected: readonly string[]): string[] {
  return [...new Set([...CREDENTIAL_HEADERS, ...injected.map((name) => name.toLowerCase())])].sort();
}

function keepsHeader(keeps: readonly string[], name: string): boolean {
  return keeps.some((kept) => kept.toLowerCase() === name);
}

/** The headers of a request that are taken off, by every rule that matches it. */
export function removedHeaders(
  names: readonly string[],
  injected: readonly string[],
  keeps: readonly (readonly string[])[],
): string[] {
  const taken = takenHeaders(injected).filter((name) => !keeps.every((kept) => keepsHeader(kept, name)));
  return names.filter((name) => taken.includes(name.toLowerCase()) || isRefused(name.toLowerCase()));
}

/**
 * Why a policy, as its two documents say it, lets a credential of the agent's pass by some rule; undefined when it doesn't.
 * Nobody need have checked the documents.
 */
export function ownCredentials(proxy: unknown, airlock: unknown): string | undefined {
  const lists = transformsOf(proxy, 'header_allowlist').map((config) => ({
    headers: listOf(fieldOf(config, 'headers')),
    only: fieldOf(config, 'rules') === undefined ? undefined : rulesOf(fieldOf(config, 'rules')),
  }));
  const signed = transformsOf(proxy, 'aws_auth').flatMap((config) => rulesOf(fieldOf(config, 'rules')));
  const kept = [
    ...listOf(fieldOf(airlock, 'keeps')).flatMap((entry) =>
      rulesOf([entry]).map(({ key }) => ({ key, keeps: textsOf(fieldOf(entry, 'headers')) })),
    ),
    ...signed.map(({ key }) => ({ key, keeps: ['authorization'] })),
  ];
  const taken = takenHeaders(
    secretsOf(proxy).flatMap((secret) => {
      const header = fieldOf(secret, 'inject', 'header');
      return typeof header === 'string' ? [header] : [];
    }),
  );
  for (const { key, host } of allowlistOf(proxy)) {
    const covers = (rule: LooseRule) => rule.key === key || rule.key === ruleKey({ host });
    const keeps = kept.flatMap((one) => (one.key === key ? one.keeps : []));
    const applied = lists.filter(({ only }) => !only || only.some(covers));
    const passing = taken.find(
      (name) =>
        !keepsHeader(keeps, name) &&
        applied.every(({ headers }) => headers.some((entry) => letsHeaderPass(entry, [name]))),
    );
    if (passing !== undefined) return `the agent's own ${passing} passes by a rule for ${host} (SEC-4)`;
  }
  return undefined;
}
