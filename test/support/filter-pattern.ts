/**
 * Filter patterns of CloudWatch Logs, as far as the kit uses them (CloudWatch Logs user guide, "Filter pattern syntax"): JSON
 * patterns `{ $.a.b = "text*" }` joined by && or ||, and space-delimited ones `[a, b = "text*" || b = "other", c]`. A JSON
 * pattern matches only an event that is a JSON object; a space-delimited one only an event with as many words as fields.
 */
export function matchesPattern(pattern: string, event: string): boolean {
  const text = pattern.trim();
  if (text === '') return true;
  if (text.startsWith('{') && text.endsWith('}')) {
    const value = objectIn(event);
    return value !== undefined && either(text.slice(1, -1), (name) => scalarAt(value, name));
  }
  if (text.startsWith('[') && text.endsWith(']')) return bySpaces(text.slice(1, -1), event);
  throw new Error(`not a pattern that is known here: ${pattern}`);
}

function bySpaces(fields: string, event: string): boolean {
  const words = event.trim().split(/ +/);
  const each = fields.split(',').map((field) => field.trim());
  return (
    each.length === words.length &&
    each.every((field, index) => /^\w+$/.test(field) || either(field, () => words[index]))
  );
}

function either(text: string, at: (name: string) => unknown): boolean {
  return text.split('||').some((all) => all.split('&&').every((one) => holds(one.trim(), at)));
}

function holds(condition: string, at: (name: string) => unknown): boolean {
  const [, name, operator, wanted] =
    /^(?:\$\.)?([\w.]+) *(!?=) *"([^"]*)"$/.exec(condition.replace(/^\(|\)$/g, '')) ?? [];
  if (name === undefined || wanted === undefined)
    throw new Error(`not a condition that is known here: ${condition}`);
  const value = at(name);
  const isThere = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const literal = wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const isEqual = isThere && new RegExp(`^${literal}$`, 's').test(String(value));
  return operator === '=' ? isEqual : isThere && !isEqual;
}

function objectIn(event: string): object | undefined {
  try {
    const value: unknown = JSON.parse(event);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function scalarAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (from, name) =>
        typeof from === 'object' && from !== null && Object.hasOwn(from, name)
          ? (from as Record<string, unknown>)[name]
          : undefined,
      value,
    );
}
