import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROXY_ATTEMPTS } from '../../lab/proxy/attempts';
import { SECRETS, strayed } from '../../lab/proxy/attempts/secrets';
import { TARGETS } from '../../lab/proxy/attempts/targets';
import type { ProxySeen } from '../../lab/proxy/plan/attempt';
import { legitimateUses } from '../../lab/proxy/plan/legitimate';
import { observeProxy } from '../../lab/proxy/plan/observe';
import { forTheLab, parsePolicy } from '../../lab/proxy/plan/policy';
import { RECORD_CHECKS } from '../../lab/proxy/plan/record-checks';
import { allowedBy, bestAttacker, pathOf, type Target, targetOf } from '../../lab/proxy/plan/target';
import {
  PROXY_VARIANTS,
  type ProxyVariantId,
  weakenConfig,
  withoutGate,
} from '../../lab/proxy/plan/variants';
import { type Arrival, type Reply, UNSAID, UNSPOKEN } from '../../lab/proxy/plan/wire';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { compilePolicy } from '../../lib/policy';
import { frontConfig } from '../../lib/warden/front-files';
import { agentOf, airlockOf, configuration, ruleOf, scout } from '../policy/support';
import { KIT, rolesIn } from './support';

const ROOT = join(__dirname, '..', '..');
const POLICY = compilePolicy(airlockOf(), scout()).text;
const TARGET = targetOf(rolesIn(KIT), 'scout', POLICY);
if (TARGET === undefined) throw new Error("scout's policy leaves nothing to begin with");
const NOTHING: ProxySeen = {
  ...{ replies: [], arrivals: [], probes: [], dialled: [], asked: [] },
  ...{ logged: { lines: [], leaks: [] }, digest: '' },
};
const REPLY: Reply = {
  ...{ statuses: [], head: '', body: '', bytes: 0 },
  ...{ times: [], ended: 'closed', leaks: [], took: 1 },
};

describe('the attempts on a proxy box', () => {
  test('all have something to send under the reference agent\u2019s policy', () => {
    const idle = PROXY_ATTEMPTS.filter(({ run }) => typeof run(TARGET) === 'string');
    // Its policy has a secret for every rule, and each is put into a header; it has no canaries.
    expect(idle.map(({ id }) => id)).toEqual(['P09', 'S02', 'S10', 'W21', 'W22', 'W23', 'X21']);
  });

  test.each(PROXY_ATTEMPTS.map((each) => [each.id, each] as const))(
    '%s: an attempt of which nothing was seen is broken, and shows nothing',
    (id, attempt) => {
      const { result } = observeProxy(attempt, NOTHING, TARGET);
      // These fail when another client is not served.
      expect([id, result]).toEqual([id, ['V01', 'V04'].includes(id) ? 'failed' : 'broken']);
    },
  );

  describe('under a policy with one secret, in the path', () => {
    const PATH = '/bot1:place;holder';
    const bot = agentOf(
      [
        ruleOf('bot', 'api.telegram.org', ['GET'], [`${PATH}/*`], { secret: 'token' }),
        ruleOf('mirror', 'mirror.example.com', ['GET'], ['/*']),
      ],
      [
        {
          id: 'token',
          parameter: '/airlock/bot/token',
          inject: { kind: 'path', placeholder: '1:place;holder' },
          ttlSeconds: 900,
        },
      ],
    );
    const target = targetOf(rolesIn(KIT), 'scout', compilePolicy(airlockOf(), bot).text) as Target;
    const arrival = {
      host: 'api.telegram.org',
      method: 'GET',
      secrets: [{ id: '/airlock/bot/token', where: 'head' }],
    };

    test('no attempt looks for a secret where none could go astray', () => {
      const idle = SECRETS.filter(({ run }) => typeof run(target) === 'string').map(({ id }) => id);
      expect(idle).toEqual(['S01', 'S02', 'S03', 'S04', 'S05', 'S07', 'S08', 'S09']);
    });

    test('the secret belongs to its own path, and is astray in any other', () => {
      const at = (path: string) => strayed({ ...arrival, target: path } as Arrival, target);
      expect([at(`${PATH}/getMe`), at('/debian/1:place;holder')]).toEqual([false, true]);
    });
  });

  test('an agent whose reading rule covers its whole host has no path outside of it', () => {
    const wide = agentOf([ruleOf('all', 'mirror.example.com', ['GET'], ['/*'])], []);
    const target = targetOf(rolesIn(KIT), 'scout', compilePolicy(airlockOf(), wide).text) as Target;
    const idle = TARGETS.filter(({ run }) => typeof run(target) === 'string').map(({ id }) => id);
    expect(idle).toEqual(['T01', 'T02', 'T03', 'T04', 'T09', 'T10', 'T11', 'T13', 'T15', 'T16', 'T21']);
  });

  test('an HTTP/2 connection on which nothing was said is broken, not stopped', () => {
    const reply = { ...REPLY, ended: UNSAID };
    for (const attempt of PROXY_ATTEMPTS.filter(({ id }) => id.startsWith('M'))) {
      expect(observeProxy(attempt, { ...NOTHING, replies: [reply] }, TARGET)).toMatchObject({
        result: 'broken',
      });
    }
  });

  test('an attempt that needs HTTP/2 says when the server speaks none', () => {
    const replies = [{ ...REPLY, ended: UNSPOKEN }, REPLY];
    const told = observeProxy({ through: () => undefined }, { ...NOTHING, replies }, TARGET);
    expect(told).toEqual({ result: 'held', saw: `${UNSPOKEN}; closed`, unspoken: true });
  });

  test.each([
    [{ statuses: [403] }, 'HTTP 403'],
    [{ resets: [1, 1] }, 'streams reset with code 1'],
    [{ goAway: 11 }, 'the connection ended with code 11'],
    [{ bytes: 9 }, '9 bytes, closed'],
    [{}, 'closed'],
  ])('a reply with %j is told as %s', (more, words) => {
    const seen = { ...NOTHING, replies: [{ ...REPLY, ...more }] };
    expect(observeProxy({ through: () => undefined }, seen, TARGET).saw).toBe(words);
  });

  test('a secret that comes back is through, whatever the attempt looks for', () => {
    const reply = { ...REPLY, leaks: ['key'] };
    for (const attempt of PROXY_ATTEMPTS) {
      expect(observeProxy(attempt, { ...NOTHING, replies: [reply] }, TARGET)).toEqual({
        result: 'failed',
        saw: 'the value of key came back',
      });
    }
  });
});

describe('weakened proxy boxes', () => {
  const text = JSON.stringify(configuration(scout()));

  test.each(Object.keys(PROXY_VARIANTS) as ProxyVariantId[])(
    '%s takes something away, and an attempt or a check needs it',
    (id) => {
      const { edits, relay, descriptors, network, gate, front, dns, quota, canaries } = PROXY_VARIANTS[id];
      const needs = [...PROXY_ATTEMPTS, ...RECORD_CHECKS].flatMap(({ mustFailIn }) => mustFailIn);
      expect(needs).toContain(id);
      const changed = JSON.parse(weakenConfig(text, id));
      const whole = JSON.parse(text);
      const others = [relay, descriptors, dns, quota, front, canaries === false, network === 'open'];
      if (edits.length > 0) expect(changed).not.toEqual(gate ? whole : withoutGate(whole));
      else expect(others.some((each) => each)).toBe(true);
      const config = frontConfig({ ...FRONT_LIMITS, connect: false }, 'a');
      if (front) expect(front(config)).not.toBe(config);
    },
  );
});

describe('what the lab reads in a policy', () => {
  test('the agent with most to begin with attacks', () => {
    const bare = POLICY.replace(/- name: secrets[\s\S]*?(?=---)/, '');
    expect(
      bestAttacker([
        { agent: 'a', policy: bare },
        { agent: 'b', policy: POLICY },
      ]),
    ).toBe('b');
    expect(bestAttacker([{ agent: 'a', policy: bare }])).toBe('a');
    expect(bestAttacker([])).toBeUndefined();
  });

  test('NET-7 the lab takes documentation addresses, and nothing else, off the list of what is never dialled', () => {
    const list = (policy: string) => /upstream_deny_cidrs: \[(.*)\]/.exec(policy)?.[1]?.split(', ') ?? [];
    const taken = list(POLICY).filter((each) => !list(forTheLab(POLICY)).includes(each));
    expect(taken.sort()).toEqual(['"192.0.2.0/24"', '"198.51.100.0/24"', '"203.0.113.0/24"']);
    expect(forTheLab(POLICY).length).toBe(POLICY.length - taken.join(', ').length - 2);
  });

  test.each([
    ['/a/*', '/a/lab'],
    ['/v?/[a-c]/x', '/vx/a/x'],
    ['/lit/\\*', '/lit/lab'],
  ])('a path for %s is %s', (pattern, path) => {
    expect(pathOf(pattern)).toBe(path);
  });
});

describe('legitimate traffic', () => {
  const policy = POLICY.replace('connect: false', 'connect: true');
  const uses = legitimateUses([{ agent: 'scout', own: '10.64.4.4', policy }]);

  test('every rule is tried by names, and through CONNECT where that port is open', () => {
    const closed = legitimateUses([{ agent: 'scout', own: '10.64.4.4', policy: POLICY }]);
    expect(closed.filter(({ title }) => title.includes(' by CONNECT'))).toEqual([]);
    for (const { method, host, path } of allowedBy(parsePolicy(POLICY))) {
      const tried = uses.filter(({ title }) => title.startsWith(`scout: ${method} ${host}${path} by `));
      expect(tried.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('none works when nothing is seen', () => {
    for (const { id, fault } of uses) {
      expect([id, fault({ replies: [], arrivals: [], commands: [] }) !== undefined]).toEqual([id, true]);
    }
  });

  test('each must fail while the proxy box is stopped', () => {
    expect(uses.filter(({ mustFailIn }) => mustFailIn.join() !== 'stopped')).toEqual([]);
  });
});

test('the programs inside namespaces reach nothing of the library but its pure rooms and the provider', () => {
  const directory = join(ROOT, 'lab', 'proxy', 'programs');
  const imports = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [...readFileSync(join(directory, name), 'utf8').matchAll(/from '(\.[^']*)'/g)].map((match) =>
        relative(ROOT, join(directory, name, '..', match[1] as string)),
      ),
    );
  expect(imports.length).toBeGreaterThan(3);
  const allowed =
    /^(lab\/proxy\/(programs|plan|decisions)|lab\/network\/plan|constructs\/provider\/resources)\//;
  expect(imports.filter((name) => !allowed.test(name))).toEqual([]);
});
