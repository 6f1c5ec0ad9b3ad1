import { LONGEST_TEXT, matchesWhole } from '../../config/values/body-pattern';
import { type BodyRule, type Condition, conditionsOf, type Shape } from '../../config/values/body-rule';
import { nameOf, shown } from './describe';
import { type Json, type JsonObject, LongText } from './json';

/** The fields of a shape as a tree: conditions for a value, or what its own fields and items must be. */
interface Node {
  readonly conditions: Condition[];
  readonly fields: Map<string, Node>;
  /** Names of the fields by their folded form. */
  readonly folded: Map<string, string>;
  items?: Node;
}

export type Judged =
  | { readonly ok: true; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string };

class Refused extends Error {}

/** Whether a JSON value has the fields that a rule allows, and no others. */
export function judgeFields(rule: BodyRule, value: Json): Judged {
  const judge = new Judge(rule);
  try {
    judge.body(value);
    return { ok: true, notes: judge.notes };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    throw error;
  }
}

/** More notes than this say nothing new, and would make records long. */
const MOST_NOTES = 8;

class Judge {
  readonly notes: string[] = [];
  private readonly root: Node;
  private readonly shapes = new Map<string, Node>();

  constructor(private readonly rule: BodyRule) {
    this.root = treeOf(rule.json ?? {});
    this.shapes.set('json', this.root);
    for (const [name, shape] of Object.entries(rule.shapes ?? {})) this.shapes.set(name, treeOf(shape));
  }

  body(value: Json): void {
    if (!(value instanceof Map)) throw new Refused('the body is not a JSON object');
    this.object(this.root, value, '');
  }

  private value(node: Node, value: Json, at: string): void {
    const { conditions } = node;
    // The first condition that is met decides.
    const met = conditions.find((condition) => meets(condition, value));
    if (isEmpty(value) && !isRequired(node)) return;
    if (met?.feature !== undefined && !this.allows(met.feature)) {
      throw new Refused(
        `${nameOf(at)} asks for ${met.feature}, which the agent's file does not allow (MOD-1)`,
      );
    }
    if (met !== undefined) {
      if (met.shape !== undefined) this.shaped(met.shape, value, at);
      return;
    }
    if (value instanceof Map && node.fields.size > 0) {
      this.object(node, value, at);
      return;
    }
    if (Array.isArray(value) && node.items !== undefined) {
      for (const [index, item] of value.entries()) this.value(node.items, item, `${at}[${index}]`);
      return;
    }
    const isOpen = typeof value === 'string' && conditions.some((one) => one.in !== undefined);
    if (!isOpen || this.rule.unknown !== 'note')
      throw new Refused(`${nameOf(at)} is ${shown(value)}, which the rule does not allow`);
    this.note(`${nameOf(at)} is ${shown(value)}`);
  }

  private shaped(name: string, value: Json, at: string): void {
    const node = this.shapes.get(name);
    if (node === undefined) throw new Refused(`${nameOf(at)} has no shape to be compared with`);
    if (!(value instanceof Map)) throw new Refused(`${nameOf(at)} is no object`);
    this.object(node, value, at);
  }

  private object(node: Node, object: JsonObject, at: string): void {
    const known = node.folded;
    for (const [key, value] of object) {
      const path = at === '' ? key : `${at}.${key}`;
      const field = node.fields.get(key);
      if (field !== undefined) this.value(field, value, path);
      // Some readers ignore the case of keys: for them "Tools" is "tools", and of both the last one counts.
      else if (known.has(folded(key)))
        throw new Refused(`${nameOf(path)} differs from "${known.get(folded(key))}" in letter case alone`);
      else if (this.rule.unknown === 'note') this.note(`${nameOf(path)} is not a field that the rule knows`);
      else throw new Refused(`${nameOf(path)} is not a field that the rule allows`);
    }
    for (const [name, field] of node.fields) {
      if (isRequired(field) && !object.has(name)) {
        throw new Refused(`${nameOf(at === '' ? name : `${at}.${name}`)} is missing`);
      }
    }
  }

  private allows(feature: string): boolean {
    return this.rule.allow?.includes(feature) ?? false;
  }

  private note(note: string): void {
    if (this.notes.length < MOST_NOTES) this.notes.push(note);
  }
}

function meets(condition: Condition, value: Json): boolean {
  const { is, equals, in: list, begins, matches, shape, optional, feature } = condition;
  if (optional && value === null) return true;
  if (is !== undefined) {
    if (is === 'any') return true;
    const isText = typeof value === 'string' || value instanceof LongText;
    return is === 'text' ? isText : !(value instanceof Map) && !Array.isArray(value);
  }
  if (equals !== undefined) return value === equals;
  if (list !== undefined) return list.some((one) => one === value);
  if (begins !== undefined) {
    const beginning = value instanceof LongText ? value.beginning : value;
    return typeof beginning === 'string' && beginning.startsWith(begins);
  }
  if (matches !== undefined)
    // A text that is too long to be compared may ask for the feature.
    return isTooLong(value)
      ? feature !== undefined
      : typeof value === 'string' && matchesWhole(matches, value, feature !== undefined);
  return shape !== undefined && value instanceof Map;
}

function isTooLong(value: Json): boolean {
  return value instanceof LongText || (typeof value === 'string' && value.length > LONGEST_TEXT);
}

/** Null and an empty list ask for nothing. */
function isEmpty(value: Json): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** A field that a rule compares must be there: without it, the upstream would choose the value. */
function isRequired({ conditions, fields }: Node): boolean {
  const compares = conditions.some((one) => one.is === undefined && one.shape === undefined);
  const mayLack = conditions.some((one) => one.optional || one.is !== undefined);
  return (compares && !mayLack) || [...fields.values()].some(isRequired);
}

/** Go's readers take `ſ` for `s` and the Kelvin sign for `k`. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}

const trees = new WeakMap<Shape, Node>();

function treeOf(shape: Shape): Node {
  const known = trees.get(shape);
  if (known !== undefined) return known;
  const root = node();
  for (const [path, field] of Object.entries(shape).flatMap(([paths, field]) =>
    paths.split(', ').map((path) => [path, field] as const),
  )) {
    let at = root;
    for (const [, name, items] of path.matchAll(/([^.[\]]+)((?:\[\])*)/g)) {
      at = child(at, String(name));
      for (let depth = (items ?? '').length / 2; depth > 0; depth -= 1) {
        at.items ??= node();
        at = at.items;
      }
    }
    at.conditions.push(...conditionsOf(field));
  }
  trees.set(shape, root);
  return root;
}

function child(parent: Node, name: string): Node {
  const found = parent.fields.get(name) ?? node();
  parent.fields.set(name, found);
  parent.folded.set(folded(name), name);
  return found;
}

function node(): Node {
  return { conditions: [], fields: new Map(), folded: new Map() };
}
