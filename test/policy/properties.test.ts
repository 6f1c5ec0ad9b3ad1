import fc from 'fast-check';
import type { Agent } from '../../lib/config/model';
import { compilePolicy, decide } from '../../lib/policy';
import { rulesInForce } from '../../lib/policy/document/rules-in-force';
import { agents, anyRequests, nearRequests } from './arbitrary';
import { naivelyAllowed } from './naive';
import { airlockOf, documents, scout } from './support';

const RUNS = { numRuns: 100 };
const airlock = airlockOf();

function ruleKey({
  host,
  methods,
  paths,
}: {
  host?: string;
  methods?: readonly string[];
  paths?: readonly string[];
}): string {
  const some = (list: readonly string[] | undefined): readonly string[] | null =>
    list && list.length > 0 ? list : null;
  return JSON.stringify([host, some(methods), some(paths)]);
}

function parts(agent: Agent) {
  const [proxy, warden] = documents(agent, airlock);
  const transforms = proxy.transforms ?? [];
  return {
    proxy,
    warden: warden.airlock,
    allowed: transforms.flatMap((found) => (found.name === 'allowlist' ? (found.config.rules ?? []) : [])),
    secrets: transforms.flatMap((found) => (found.name === 'secrets' ? found.config.secrets : [])),
  };
}

describe('whatever the rules are', () => {
  test('the text alone tells which rules are in force', () => {
    fc.assert(
      fc.property(agents, (agent) => {
        const inForce = agent.egress.flatMap(({ id, risk }) => (risk === 'high' ? [] : [id]));
        expect(rulesInForce(compilePolicy(airlock, agent).text)).toEqual(inForce);
      }),
      RUNS,
    );
  });

  test('no high-risk rule is in force, and every one is shut', () => {
    fc.assert(
      fc.property(agents, (agent) => {
        const { allowed, secrets, warden } = parts(agent);
        const open = new Set([...allowed, ...secrets.flatMap(({ rules }) => rules)].map(ruleKey));
        const inForce = new Set(agent.egress.filter(({ risk }) => risk !== 'high').map(ruleKey));
        const high = agent.egress.filter(({ risk }) => risk === 'high');
        expect(high.filter((rule) => open.has(ruleKey(rule)) && !inForce.has(ruleKey(rule)))).toEqual([]);
        expect(warden.shut.map(({ id }) => id)).toEqual(high.map(({ id }) => id));
      }),
      RUNS,
    );
  });

  test('SEC-2 every secret rule has the same allow rule, and every allow rule of a secret the same secret rule', () => {
    fc.assert(
      fc.property(agents, (agent) => {
        const { allowed, secrets, warden } = parts(agent);
        const open = new Set(allowed.map(ruleKey));
        const injected = secrets.map(({ rules }) => rules.map(ruleKey));
        expect(injected.flat().filter((key) => !open.has(key))).toEqual([]);
        const named = agent.secrets.map(({ id }) =>
          agent.egress.filter((rule) => rule.risk !== 'high' && rule.secret === id).map(ruleKey),
        );
        expect(injected).toEqual(named.filter((rules) => rules.length > 0));
        expect(warden.secrets.map(({ rules }) => rules)).toEqual(secrets.map(({ rules }) => rules));
      }),
      RUNS,
    );
  });

  test('POL-1 what the decider lets pass, the document alone allows, and nothing else', () => {
    let passed = 0;
    fc.assert(
      fc.property(agents, fc.array(nearRequests, { minLength: 10, maxLength: 20 }), (agent, requests) => {
        const { proxy } = parts(agent);
        for (const request of requests) {
          const { allowed, by } = decide(airlock, agent, request);
          if (by === 'front' || (!allowed && by !== 'rules' && by !== 'grant')) continue;
          const url = new URL((request.url ?? '').replace('wss:', 'https:'));
          const naive = naivelyAllowed(
            proxy,
            request.method,
            // As written: `URL` would make it lower case.
            /^\w+:\/\/([^/:]*)/.exec(request.url ?? '')?.[1] ?? '',
            decodeURI(url.pathname).replaceAll('%2f', '/'),
          );
          passed += allowed ? 1 : 0;
          expect(naive).toBe(allowed);
        }
      }),
      { numRuns: 200 },
    );
    expect(passed).toBeGreaterThan(20);
  });

  test('the decider answers anything, allows only with a rule or a tunnel, and gives its reason', () => {
    fc.assert(
      fc.property(agents, fc.oneof(anyRequests, nearRequests), (agent, request) => {
        const decision = decide(airlock, agent, request);
        expect(decision.reason.length).toBeGreaterThan(20);
        if (decision.allowed) expect(decision.rule !== undefined || decision.by === 'front').toBe(true);
        else expect(decision.secrets).toEqual([]);
        const rule = agent.egress.find(({ id }) => id === decision.rule);
        expect(rule?.risk === 'high').toBe(decision.by === 'grant');
      }),
      { numRuns: 1000 },
    );
  });

  test('no reason repeats a path or a query: they may carry secrets', () => {
    const request = {
      method: 'GET',
      url: 'https://api.github.com/repos/ironsh/iron-proxy/needle?needle=needle#needle',
    };
    for (const method of ['GET', 'PATCH', 'DELETE', 'CONNECT', 'get', '']) {
      expect(decide(airlock, scout(), { ...request, method }).reason).not.toContain('needle');
    }
  });
});
