/** One value of a parameter: the text itself, and the texts of its fields. */
export interface Item {
  readonly self: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Values by name, such as `with.region` or `mirror`; an absent value has no entry. */
export type Scope = ReadonlyMap<string, readonly Item[]>;

const VARIABLE = /\$\{(with\.[A-Za-z]+|mirror)(?:\.[A-Za-z]+)?\}/;

/**
 * Fills in a template: one text for each combination of the values that it names, none if a value is absent. A list that a
 * template names twice has the same element in both places. No value contains `$`.
 */
export function fill(template: string, scope: Scope): string[] {
  const root = VARIABLE.exec(template)?.[1];
  if (root === undefined) {
    return [template];
  }
  return (scope.get(root) ?? [])
    .flatMap((item) => bind(template, root, item))
    .flatMap((text) => fill(text, scope));
}

function bind(template: string, root: string, item: Item): string[] {
  let texts = [template.replaceAll(`\${${root}}`, item.self)];
  for (const field of fieldsOf(template, root)) {
    const values = Object.hasOwn(item.fields, field) ? (item.fields[field] ?? []) : [];
    texts = texts.flatMap((text) => values.map((value) => text.replaceAll(`\${${root}.${field}}`, value)));
  }
  return texts;
}

function fieldsOf(template: string, root: string): Set<string> {
  const pattern = new RegExp(`\\$\\{${root.replace('.', '\\.')}\\.([A-Za-z]+)\\}`, 'g');
  return new Set([...template.matchAll(pattern)].map(([, field]) => field ?? ''));
}

/** The variables of a template, such as `with.region` or `mirror`. */
export function variablesOf(template: string): string[] {
  return [...template.matchAll(new RegExp(VARIABLE, 'g'))].map(([, root]) => root ?? '');
}
