import { judge, RULES } from '../../lib/guardrails';
import { shippedAirlock } from '../support/arbitrary-airlock';
import { pinned, templateOf } from '../stack/synthesise';
import { Draft, type Mutation } from './mutation';
import { IDENTITY_MUTATIONS } from './mutations/identity';
import { NETWORK_MUTATIONS } from './mutations/network';
import { POLICY_MUTATIONS } from './mutations/policy';
import { STORAGE_MUTATIONS } from './mutations/storage';

const MUTATIONS: readonly Mutation[] = [
  ...NETWORK_MUTATIONS,
  ...STORAGE_MUTATIONS,
  ...IDENTITY_MUTATIONS,
  ...POLICY_MUTATIONS,
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

  test('every rule is among those seen to bite', () => {
    const bitten = new Set(MUTATIONS.flatMap(({ fires }) => fires));
    expect(RULES.map(({ id }) => id).filter((id) => !bitten.has(id))).toEqual([]);
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(40);
  });
});
