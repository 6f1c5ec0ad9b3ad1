import type { Change } from './change';
import type { AgentSnapshot } from './snapshot';

type Rule = AgentSnapshot['rules'][number];
type RuleChange = Pick<Change, 'sign' | 'what' | 'detail'>;

/** One method, host and path that rules name. */
interface Request {
  readonly method: string;
  /** Host and path. */
  readonly to: string;
  readonly terms: readonly string[];
}

/**
 * Requests that one agent may make now and couldn't before, the other way round, and those that go out on other terms.
 * A rule that was split, renamed or moved into a preset is no change.
 */
export function ruleChanges(before: readonly Rule[], after: readonly Rule[]): RuleChange[] {
  const [was, is] = [requestsOf(before), requestsOf(after)];
  const lines = new Map<string, RuleChange & { readonly methods: string[]; readonly to: string }>();
  for (const [key, { method, to }] of new Map([...is, ...was])) {
    const change = changeOf(was.get(key)?.terms, is.get(key)?.terms);
    if (change === undefined) continue;
    const same = JSON.stringify([to, change]);
    const methods = [...(lines.get(same)?.methods ?? []), method];
    lines.set(same, { ...change, what: `${methods.join(' ')} ${to}`, methods, to });
  }
  return [...lines.values()]
    .map(({ sign, what, detail }) => ({ sign, what, detail }))
    .sort((one, other) => SIGNS.indexOf(one.sign) - SIGNS.indexOf(other.sign));
}

const SIGNS: readonly Change['sign'][] = ['+', '~', '-'];

function changeOf(
  was: readonly string[] | undefined,
  is: readonly string[] | undefined,
): Pick<RuleChange, 'sign' | 'detail'> | undefined {
  if (was === undefined) return { sign: '+', detail: is?.join(', ') };
  if (is === undefined) return { sign: '-', detail: was.join(', ') };
  const parts = Array.from({ length: Math.max(was.length, is.length) }, (_, index) => {
    const [one = 'nothing', other = 'nothing'] = [was[index], is[index]];
    return one === other ? one : `${one} → ${other}`;
  });
  const isSame = was.length === is.length && was.every((part, index) => part === is[index]);
  return isSame ? undefined : { sign: '~', detail: parts.join(', ') };
}

function requestsOf(rules: readonly Rule[]): Map<string, Request> {
  const found = new Map<string, Request>();
  for (const { host, methods, paths, terms } of rules) {
    for (const path of paths.length === 0 ? ['every path'] : paths) {
      for (const method of methods.length === 0 ? ['every method'] : methods) {
        const to = `${host} ${path}`;
        const key = JSON.stringify([method, to]);
        const earlier = found.get(key)?.terms;
        // Two rules for the same request: nobody can tell from the rules alone which one a reviewer should weigh.
        const both = [earlier?.join(', '), terms.join(', ')].sort().join('; ');
        found.set(key, {
          method,
          to,
          terms: earlier === undefined || `${earlier}` === `${terms}` ? terms : [both],
        });
      }
    }
  }
  return found;
}
