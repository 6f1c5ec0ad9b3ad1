import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PARAMETER_LIMIT } from '../../constructs/names';
import { splitAtLines } from '../../constructs/proxy/policy-parameters';
import type { Json } from './templates';

/** Shaped like a credential, made of nothing: put together here, so that no file holds one. */
export const TOKEN = `${'ghp'}_${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'}`;
const RANDOM = 'q7Zt0LmX4vR9bKc2WnY8dHs5JgPf3EaU';

/** One way to break a template, and the laws that it breaks. */
export interface Broken {
  readonly name: string;
  readonly breaks: readonly string[];
  readonly edit: (template: Json) => void;
}

/** The cases of `fixtures/broken/<file>.yaml`: ways to break the shipped template. */
export function brokenTemplates(file: string): Broken[] {
  const text = readFileSync(join(__dirname, '..', 'fixtures', 'broken', `${file}.yaml`), 'utf8');
  const cases = parse(text.replaceAll('<token>', TOKEN).replaceAll('<random>', RANDOM));
  return Object.entries<Json>(cases).map(([name, { breaks, policy, ...edits }]) => ({
    name,
    breaks,
    edit: (template: Json) => {
      edited(template, edits);
      if (policy) editPolicy(template, policy);
    },
  }));
}

/** Replaces a text, or what a /pattern/ matches, in the policy of Scout, and tells its box the new digest, as the compiler would. */
function editPolicy(template: Json, [from, to]: [string, string]): void {
  const [, source, flags] = /^\/(.*)\/(m?)$/s.exec(from) ?? [];
  const parts: Json[] = Object.keys(template.Resources)
    .filter((id) => /^scoutProxyPolicyPart\d/.test(id))
    .sort()
    .map((id) => template.Resources[id].Properties);
  const before = parts.map(({ Value }) => Value).join('');
  const after = before.replace(source === undefined ? from : new RegExp(source, flags), to);
  if (after === before) throw new Error(`${from} changes nothing in the policy`);
  const texts = splitAtLines(after, PARAMETER_LIMIT);
  expect(texts).toHaveLength(parts.length);
  for (const [index, part] of parts.entries()) part.Value = texts[index];
  edited(template, { 'scoutProxyBox.Value': { $replace: [sha256(before), sha256(after)] } });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The one logical id of the shipped template that is this name and a digest; another name is itself. */
export function shippedId({ Resources }: Json, name: string): string {
  const pattern = new RegExp(`^(|Environment|EnvironmentNetwork)${name}[0-9A-F]{8}$`);
  const found = Object.keys(Resources).filter((id) => pattern.test(id));
  if (found.length > 1) throw new Error(`${found.join(' and ')} are called ${name}`);
  return found[0] ?? name;
}

/**
 * Makes the edits in the template. A key is the name of a resource (its value is merged into the resource; null takes it away)
 * or a path into its properties: `Group.Rules.0`, `Role.Statement[Sid=Write].Action` (null takes away, a final "+" appends).
 * A path may begin with Outputs or Parameters. `$replace` stands for what is there, with another text in the place of one.
 */
export function edited(template: Json, edits: Record<string, Json>): Json {
  for (const [key, value] of Object.entries(edits)) apply(template, key, renamed(value, template));
  return template;
}

function apply(template: Json, key: string, value: Json): void {
  const [name, ...path] = key.replace(/\+$/, '').split(/\.(?![^[]*\])/) as [string, ...string[]];
  if (name === 'Outputs' || name === 'Parameters') {
    template[name] = { ...template[name], [path.join('.')]: value };
    return;
  }
  const id = value?.Type === undefined ? shippedId(template, name) : name;
  const known = template.Resources[id];
  if (known === undefined && value?.Type === undefined) throw new Error(`no resource ${id}`);
  const last = path.pop();
  if (last === undefined) {
    if (value === null) delete template.Resources[id];
    else template.Resources[id] = { ...known, ...value };
    return;
  }
  const holder = path.reduce(within, known.Properties);
  if (key.endsWith('+')) within(holder, last).push(value);
  else if (value?.$replace) holder[last] = replaced(holder[last], value.$replace);
  else if (value !== null) holder[last] = value;
  else if (last.endsWith(']')) remove(holder[last.replace(/\[.*/, '')], within(holder, last));
  else if (Array.isArray(holder)) remove(holder, within(holder, last));
  else delete holder[last];
}

function replaced(value: Json, [from, to]: [string, string]): Json {
  const text = JSON.stringify(value);
  if (!text.includes(from)) throw new Error(`${from} is not there`);
  return JSON.parse(text.replaceAll(from, () => to));
}

function remove(list: Json[], item: Json): void {
  list.splice(list.indexOf(item), 1);
}

/** A property or an item, or the item of a list in which a key has a value: `Tags[Key=name]`. */
function within(value: Json, step: string): Json {
  const [, name, key, wanted] = /^(.*)\[(.*?)=(.*)\]$/.exec(step) ?? [];
  const found =
    name === undefined ? value[step] : value[name].find((item: Json) => item[key as string] === wanted);
  if (found === undefined) throw new Error(`nothing at ${step}`);
  return found;
}

/** The value with the names in its references replaced by logical ids. */
function renamed(value: Json, template: Json): Json {
  const id = (name: string) => shippedId(template, name);
  return JSON.parse(JSON.stringify(value), (key, found) => {
    if (key === 'Ref') return id(found);
    if (key === 'Fn::GetAtt') return [id(found[0]), found[1]];
    if (key === 'Fn::Sub')
      return found.replace(/\$\{(\w+)(?=[.}])/g, (_: string, name: string) => `\${${id(name)}`);
    return found;
  });
}
