import fc from 'fast-check';
import { packFiles } from '../../constructs/agent-host/boot/packed-files';
import { judge, RULES } from '../../lib/guardrails';
import { pinned, templateOf } from '../stack/synthesise';
import { airlockWithAgent, kitAirlock } from '../support/arbitrary-airlock';
import { type Broken, brokenTemplates, shippedId, TOKEN } from '../support/broken';

const LITERALS: readonly Broken[] = [
  ...brokenTemplates('literals'),
  {
    name: 'a token in a file that is packed into the user data',
    breaks: ['SEC-1'],
    edit: (template) => {
      const { Properties } = template.Resources[shippedId(template, 'scoutHostInstance')];
      const packed = packFiles([{ path: '/etc/x', text: `${'x'.repeat(3000)}\n${TOKEN}\n` }]);
      const text = JSON.stringify(Properties.UserData);
      const plain = /step=unpacking\\n.*?\/packed\\"\\n(?=put|\\?")/;
      Properties.UserData = JSON.parse(text.replace(plain, () => JSON.stringify(packed).slice(1, -1)));
    },
  },
];
const MUTATIONS: readonly Broken[] = [
  ...['network', 'storage', 'identity', 'record', 'containment', 'policy'].flatMap(brokenTemplates),
  ...LITERALS,
  {
    name: 'a logical id made from user data',
    breaks: ['CHG-1'],
    edit: (template) => {
      const id = shippedId(template, 'scoutProxyInstance');
      const text = JSON.stringify(template).replaceAll(id, `${id}a1b2c3d4e5f60718`);
      Object.assign(template, JSON.parse(text));
    },
  },
];

const SHIPPED = JSON.stringify(templateOf(pinned(kitAirlock())));

describe('each guardrail bites', () => {
  test('the shipped template breaks no law', () => {
    expect(judge(JSON.parse(SHIPPED))).toEqual([]);
  });

  test.each(MUTATIONS)('$breaks: $name', ({ breaks, edit }) => {
    const template = JSON.parse(SHIPPED);
    edit(template);
    const found = judge(template);
    expect([...new Set(found.map(({ invariant }) => invariant))].sort()).toEqual([...breaks].sort());
  });

  test('POL-1 lets a rule be wide whose reason the policy records', () => {
    const wide = {
      id: 'wide',
      host: 'own.example.com',
      methods: ['GET'],
      paths: [],
      risk: 'low',
      because: 'the host is our own, and all of it is public',
    } as const;
    expect(judge(templateOf(airlockWithAgent('scout', { egress: [wide], secrets: [] })))).toEqual([]);
    const bare = { ...wide, because: undefined };
    const found = judge(templateOf(airlockWithAgent('scout', { egress: [bare], secrets: [] })));
    expect(found.map(({ invariant }) => invariant)).toEqual(['POL-1']);
  });

  test("MOD-1 lets a model's vendor be asked without a body rule where the policy records why", () => {
    const bare = {
      id: 'chat',
      host: 'api.mistral.ai',
      methods: ['POST'],
      paths: ['/v1/chat/completions'],
      risk: 'low',
    } as const;
    const found = (because?: string) =>
      judge(templateOf(airlockWithAgent('scout', { egress: [{ ...bare, because }], secrets: [] })));
    expect(found().map(({ invariant }) => invariant)).toEqual(['MOD-1']);
    expect(found('this account has no tools, and the vendor confirmed that')).toEqual([]);
  });

  test('SEC-1 never repeats what it found', () => {
    for (const { edit } of LITERALS) {
      const template = JSON.parse(SHIPPED);
      edit(template);
      expect(JSON.stringify(judge(template))).not.toMatch(/abcdefghijklm|q7Zt0LmX/);
    }
  });

  test('every rule is among those seen to bite', () => {
    const bitten = new Set(MUTATIONS.flatMap(({ breaks }) => breaks));
    expect(RULES.map(({ id }) => id).filter((id) => !bitten.has(id))).toEqual([]);
  });
});

const JUNK: readonly unknown[] = [
  null,
  '',
  '*',
  0,
  -1,
  true,
  [],
  {},
  [[[]]],
  { Ref: 'Nothing' },
  { 'Fn::GetAtt': 'x' },
  { 'Fn::Sub': '${' },
];

/** Every place in a template below `Resources.<id>`. */
function places(node: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof node !== 'object' || node === null) {
    return [path];
  }
  return [path, ...Object.entries(node).flatMap(([key, value]) => places(value, [...path, key]))];
}

function put(template: object, path: readonly string[], junk: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (node, key) => node[key] as Record<string, unknown>,
      template as Record<string, unknown>,
    );
  parent[path.at(-1) as string] = structuredClone(junk);
}

describe('templates that nobody wrote on purpose', () => {
  const all = places(JSON.parse(SHIPPED)).filter(
    (path) => path[0] === 'Resources' && path[2] === 'Properties' && path.length > 3,
  );

  test('junk anywhere is judged without a crash, and each finding says where, what and what to do', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...JUNK), (path, junk) => {
        const template = JSON.parse(SHIPPED);
        put(template, path, junk);
        for (const { resource, message, fix } of judge(template)) {
          expect([resource, message, fix].every((text) => text.length > 0)).toBe(true);
          expect(message).not.toMatch(/\[object/);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('what is no template at all is said to be none', () => {
    expect(() => judge([])).toThrow('not a CloudFormation template');
  });
});
