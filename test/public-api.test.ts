import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { agentSchema } from '../lib/config/schema/agent-schema';
import { airlockSchema } from '../lib/config/schema/airlock-schema';
import { ownRule, presetUse } from '../lib/config/schema/rule-schema';

interface Member {
  readonly owner: string;
  readonly name: string;
  readonly isOptional: boolean;
  readonly isProp: boolean;
  readonly comment: string;
}

/** A property or a method at the beginning of a line, and the comment above it. */
const MEMBER =
  /^(?: *(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?(?: +readonly (\w+)(\??):| {2}(?:get )?(?!constructor)(\w+)\(.*\{$)/gm;

const FILES = [
  'agent-cell',
  'agent-settings',
  'airlock-environment',
  'airlock-stack',
  'guardrails/opt-out',
  'config/model',
];
const MEMBERS = FILES.flatMap((file) =>
  membersOf(readFileSync(join(__dirname, `../lib/${file}.ts`), 'utf8')),
);

/** Public members of a file's exported interfaces and classes, in the shape that the formatter gives them. */
function membersOf(text: string): Member[] {
  return [...text.matchAll(/^export (?:interface|class) (\w+)[\s\S]*?\n\}/gm)].flatMap(
    ([block, owner = '']) =>
      [...block.matchAll(MEMBER)].map(([, comment = '', property, optional, method]) => ({
        owner,
        name: property ?? method ?? '',
        isOptional: optional === '?',
        isProp: /Props|Settings|Budget|Images|Off$/.test(owner),
        comment,
      })),
  );
}

test('the scan finds members, and sees a missing comment', () => {
  expect(MEMBERS.length).toBeGreaterThan(100);
  expect(membersOf('export interface AProps {\n  /** a */\n  readonly a: X;\n  readonly b?: Y;\n}')).toEqual([
    { owner: 'AProps', name: 'a', isOptional: false, isProp: true, comment: '/** a */' },
    { owner: 'AProps', name: 'b', isOptional: true, isProp: true, comment: '' },
  ]);
});

test('every public member is documented, and every optional prop with its default', () => {
  const wanting = MEMBERS.filter(
    ({ comment, isOptional, isProp }) =>
      comment === '' || (isOptional && isProp && !comment.includes('@default')),
  );
  expect(wanting.map(({ owner, name }) => `${owner}.${name}`)).toEqual([]);
});

test('the security considerations of each construct say what the operator must or should do', () => {
  const root = join(__dirname, '../constructs');
  const silent = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => {
    if (!name.endsWith('.ts')) return false;
    const [, section] = readFileSync(join(root, name), 'utf8').split('**Security considerations**');
    return (
      section !== undefined &&
      !/operator (?:must|should)/.test(section.split('*/')[0]?.replace(/\s+\*\s+/g, ' ') ?? '')
    );
  });
  expect(silent).toEqual([]);
});

const SHAPES: Record<string, z.ZodType> = {
  AgentSettings: agentSchema,
  HostSettings: agentSchema.shape.host,
  AgentBudget: agentSchema.shape.budget,
  EgressRuleSettings: ownRule,
  PresetSettings: presetUse,
  AirlockEnvironmentProps: airlockSchema,
  NetworkSettings: airlockSchema.shape.network,
  AuditSettings: airlockSchema.shape.audit,
};

test.each(Object.entries(SHAPES))('%s documents the settings and defaults of the schema', (owner, schema) => {
  const members = MEMBERS.filter((member) => member.owner === owner);
  for (const [name, field] of Object.entries(shapeOf(schema))) {
    if (owner === 'AirlockEnvironmentProps' && ['name', 'env'].includes(name)) continue;
    const member = members.find((each) => each.name === name);
    expect([name, member?.isOptional]).toEqual([name, field.safeParse(undefined).success]);
    const fallback = field.safeParse(undefined).data;
    const literal = /@default ((?:'.*'|\[.*\]|\{.*\}|true|false|\d+))\s*\*\//.exec(
      member?.comment ?? '',
    )?.[1];
    if (literal !== undefined)
      expect([name, new Function(`return (${literal})`)()]).toEqual([name, fallback]);
    else expect([name, typeof fallback]).toEqual([name, expect.stringMatching(/undefined|object/)]);
  }
});

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> {
  const inner = (schema as unknown as { def: { innerType?: z.ZodType } }).def.innerType;
  return inner ? shapeOf(inner) : (schema as unknown as { shape: Record<string, z.ZodType> }).shape;
}
