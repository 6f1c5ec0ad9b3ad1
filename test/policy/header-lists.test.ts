import { stringify } from 'yaml';
import type { EgressRule } from '../../lib/config/model';
import { compilePolicy } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { REFUSED_HEADERS } from '../../lib/policy/document/refused-headers';
import { agentOf, airlockOf, documents, headerSecret, ruleOf } from './support';

const read = ruleOf('read', 'api.example.com', ['GET'], ['/a'], { secret: 'key' });
const bare = ruleOf('bare', 'files.example.com', ['GET'], ['/b']);
const signed = ruleOf('signed', 'bedrock-runtime.us-east-1.amazonaws.com', ['POST'], ['/model/m/invoke'], {
  awsAuth: { service: 'bedrock', region: 'us-east-1', actions: [], resources: [] },
});
const keeping = ruleOf('keeping', 'own.example.com', ['GET'], ['/c'], {
  keepHeaders: ['Cookie'],
  because: 'it logs in with a session of its own',
});

/** Whether a header that the agent sends by a rule leaves the box. */
function leaves(rules: readonly EgressRule[], rule: EgressRule, header: string): boolean {
  const [{ transforms }] = documents(agentOf(rules, [headerSecret('key', 'X-Api-Key', '{{ .Value }}')]));
  return transforms
    .flatMap((one) => (one.name === 'header_allowlist' ? [one.config] : []))
    .filter(
      ({ rules: only }) =>
        !only ||
        only.some(
          ({ host, methods = rule.methods }) => `${host} ${methods}` === `${rule.host} ${rule.methods}`,
        ),
    )
    .every(({ headers }) => headers.some((entry) => new RegExp(entry.slice(1, -1), 'i').test(header)));
}

describe('SEC-4 the agent brings no credential of its own', () => {
  const all = [read, bare, signed, keeping];

  test.each<[string, EgressRule, readonly EgressRule[], readonly string[]]>([
    ['a rule with a secret', read, all, []],
    ['a rule without a secret', bare, all, []],
    ['a rule that keeps cookies', keeping, all, ['Cookie']],
    ['a rule that iron-proxy signs, for its placeholder', signed, all, ['Authorization']],
    ['the only rule', read, [read], []],
  ])('by %s', (_, rule, rules, kept) => {
    const credentials = ['Authorization', 'Cookie', 'Proxy-Authorization', 'X-Api-Key'];
    const passing = credentials.filter((header) => leaves(rules, rule, header));
    expect(passing).toEqual(kept);
    expect(REFUSED_HEADERS.filter((header) => leaves(rules, rule, header))).toEqual([]);
    expect(['Accept', 'X-Api-Key-2', 'Cookies'].filter((header) => !leaves(rules, rule, header))).toEqual([]);
  });

  test.each<[string, (lists: List[]) => void, string]>([
    [
      'keeps the injected header',
      ([first]) => first?.headers.push('x-API-key'),
      "the agent's own x-api-key passes",
    ],
    ['keeps cookies for all', (lists) => lists[2]?.headers.push('cookie'), "the agent's own cookie passes"],
    [
      'keeps signatures for one more',
      (lists) => lists[1]?.rules?.shift(),
      "the agent's own authorization passes",
    ],
    [
      "has Go's own words in a pattern",
      ([first]) => first?.headers.push('/^[[:alpha:]]+$/'),
      'header_allowlist',
    ],
    ['has an escape in a pattern', ([first]) => first?.headers.push('/^\\pL+$/'), 'header_allowlist'],
  ])('warden refuses a policy that %s', (_, spoil, problem) => {
    const agent = agentOf(all, [headerSecret('key', 'X-Api-Key', '{{ .Value }}')]);
    const parts = documents(agent);
    spoil(
      parts[0].transforms.flatMap((one) => (one.name === 'header_allowlist' ? [one.config as List] : [])),
    );
    const text = parts
      .map((part) => stringify(part, { lineWidth: 0, aliasDuplicateObjects: false }))
      .join('---\n');
    expect(readBundle(text, 'scout', '/airlock/scout/')).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
    expect(readBundle(compilePolicy(airlockOf(), agent).text, 'scout', '/airlock/scout/')).toMatchObject({
      ok: true,
    });
  });
});

interface List {
  readonly headers: string[];
  readonly rules?: object[];
}
