import { judge, RULES } from '../../lib/guardrails';
import { pinned, templateOf } from '../stack/synthesise';
import { shippedAirlock } from '../support/arbitrary-airlock';
import { Draft, type Mutation } from './mutation';
import { IDENTITY_MUTATIONS } from './mutations/identity';
import { LITERAL_MUTATIONS } from './mutations/literals';
import { NETWORK_MUTATIONS } from './mutations/network';
import { POLICY_MUTATIONS } from './mutations/policy';
import { RECORD_MUTATIONS } from './mutations/record';
import { STORAGE_MUTATIONS } from './mutations/storage';

const MUTATIONS: readonly Mutation[] = [
  ...NETWORK_MUTATIONS,
  ...STORAGE_MUTATIONS,
  ...IDENTITY_MUTATIONS,
  ...RECORD_MUTATIONS,
  ...POLICY_MUTATIONS,
  ...LITERAL_MUTATIONS,
];

const SHIPPED = JSON.stringify(templateOf(pinned(shippedAirlock())));

describe('each guardrail bites', () => {
  test('the shipped template breaks no law', () => {
    expect(judge(JSON.parse(SHIPPED))).toEqual([]);
  });

  test.each(MUTATIONS.map((mutation) => [mutation.fires.join(' '), mutation.breaks, mutation] as const))(
    '%s: %s',
    (_, __, { edit, fires }) => {
      const draft = new Draft(JSON.parse(SHIPPED));
      edit(draft);
      const found = judge(draft.template);
      expect([...new Set(found.map(({ invariant }) => invariant))].sort()).toEqual([...fires].sort());
    },
  );

  test('POL-1 lets a rule be wide whose reason the policy records', () => {
    const draft = new Draft(JSON.parse(SHIPPED));
    draft.policy(
      'scout',
      (text) =>
        `${text.replace(/(host: mirror\.example\.com, methods: \[GET, HEAD\]), paths: \[.*?\]/, '$1')}  wide:\n  - {host: mirror.example.com, methods: [GET, HEAD], because: "the mirror is our own, and all of it is public"}\n`,
    );
    expect(judge(draft.template)).toEqual([]);
  });

  test('SEC-1 never repeats what it found', () => {
    for (const { edit } of LITERAL_MUTATIONS) {
      const draft = new Draft(JSON.parse(SHIPPED));
      edit(draft);
      expect(JSON.stringify(judge(draft.template))).not.toMatch(/abcdefghijklm|q7Zt0LmX/);
    }
  });

  test('every rule is among those seen to bite', () => {
    const bitten = new Set(MUTATIONS.flatMap(({ fires }) => fires));
    expect(RULES.map(({ id }) => id).filter((id) => !bitten.has(id))).toEqual([]);
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(40);
  });
});
