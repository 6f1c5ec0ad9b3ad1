import { isRecord } from '../../json';
/** A text anywhere in a template, keys included. */
export interface Leaf {
  /** Logical id of its resource, output or parameter; elsewhere the section's name. */
  readonly owner: string;
  /** Such as `scoutHost12345678.Properties.UserData.Fn::Base64`. */
  readonly path: string;
  readonly text: string;
}

/** An attribute that something in a template reads. */
export interface AttributeUse {
  readonly owner: string;
  readonly id: string;
  readonly attribute: string;
}

const SECTIONS = ['Resources', 'Outputs', 'Parameters', 'Conditions', 'Mappings', 'Rules'];

export function leavesOf(raw: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  visit(raw, (owner, path, node) => {
    if (typeof node === 'string') leaves.push({ owner, path, text: node });
  });
  return leaves;
}

/** Every `Fn::GetAtt`, and every `${Id.Attribute}` of an `Fn::Sub`. */
export function attributesIn(raw: unknown): AttributeUse[] {
  const uses: AttributeUse[] = [];
  const add = (owner: string, text: string) => {
    const dot = text.indexOf('.');
    if (dot > 0) uses.push({ owner, id: text.slice(0, dot), attribute: text.slice(dot + 1) });
  };
  visit(raw, (owner, _, node) => {
    if (typeof node !== 'object' || node === null) return;
    const { 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = node as Record<string, unknown>;
    if (attribute !== undefined) add(owner, [attribute].flat().map(nameOf).join('.'));
    const text = Array.isArray(sub) ? sub[0] : sub;
    for (const [, name = ''] of nameOf(text).matchAll(/\$\{([^}!]+)\}/g)) add(owner, name);
  });
  return uses;
}

/** `?` where the name is not literal text. */
function nameOf(part: unknown): string {
  return typeof part === 'string' ? part : '?';
}

function visit(raw: unknown, see: (owner: string, path: string, node: unknown) => void): void {
  for (const [section, content] of entriesOf(raw)) {
    if (!SECTIONS.includes(section)) {
      walk(section, section, content, see);
      continue;
    }
    for (const [id, element] of entriesOf(content)) walk(id, id, element, see);
  }
}

function walk(
  owner: string,
  path: string,
  node: unknown,
  see: (owner: string, path: string, node: unknown) => void,
): void {
  see(owner, path, node);
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) walk(owner, `${path}[${index}]`, item, see);
    return;
  }
  for (const [key, value] of entriesOf(node)) {
    see(owner, path, key);
    walk(owner, `${path}.${key}`, value, see);
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
