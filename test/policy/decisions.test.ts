import { decide } from '../../lib/policy';
import { agentFor, decisions } from './fixture';
import { airlockOf } from './support';

const all = decisions.groups.flatMap((group) =>
  group.cases.map((found) => ({ ...found, group: group.name, policy: found.policy ?? group.policy })),
);

describe.each(decisions.groups.map(({ name }) => name))(
  'the decider agrees with iron-proxy about %s',
  (name) => {
    test.each(
      all.filter(({ group }) => group === name).map((found) => [found.id, found.shows, found] as const),
    )('%s: %s', (_, __, { policy, request, expect: wanted }) => {
      const { agent, vpc } = agentFor(policy);
      const { upgrade, ...asked } = request;
      const { reason, risk, status, matching, ...decided } = decide(airlockOf(vpc), agent, asked);

      const sent = wanted.secrets ?? (wanted.allowed && wanted.secret !== undefined ? [wanted.secret] : []);
      expect({ ...decided, status: status ?? (decided.allowed ? undefined : 'none') }).toEqual({
        ...wanted,
        secrets: sent,
        status: wanted.status,
      });
      expect(reason).toMatch(/^[^A-Z\s].{20,}[^.\s]$/);
      expect(risk).toBe(agent.egress.find(({ id }) => id === wanted.rule)?.risk);
    });
  },
);

describe('the shared cases', () => {
  test('are at least 180, each with its own id', () => {
    expect(all.length).toBeGreaterThanOrEqual(180);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test('name policies and sources that exist, and use every one of them', () => {
    expect(new Set(all.map(({ policy }) => policy))).toEqual(new Set(Object.keys(decisions.policies)));
    const cited = new Set(all.flatMap(({ from }) => from));
    expect([...cited].filter((name) => !(name in decisions.sources))).toEqual([]);
    expect(Object.keys(decisions.sources).filter((name) => !cited.has(name))).toEqual([]);
  });

  test('cover every way a request can end, and every rule of the reference agent', () => {
    const ends = (allowed: boolean) =>
      new Set(all.filter((found) => found.expect.allowed === allowed).map((found) => found.expect.by));
    expect(ends(true)).toEqual(new Set(['rules', 'front']));
    expect(ends(false)).toEqual(
      new Set(['front', 'transport', 'proxy', 'rules', 'grant', 'secret', 'network']),
    );
    const used = new Set(all.filter(({ policy }) => policy === 'scout').map((found) => found.expect.rule));
    expect(decisions.policies.scout?.rules.filter(({ id }) => !used.has(id))).toEqual([]);
  });

  test('give a status to every refusal and to nothing else', () => {
    expect(
      all
        .filter(({ expect: wanted }) => wanted.allowed === (wanted.status !== undefined))
        .map(({ id }) => id),
    ).toEqual([]);
  });
});
