/**
 * Patterns of Amazon EventBridge, as far as the kit uses them (EventBridge user guide, "Event patterns"): values, `prefix`,
 * `wildcard` and `$or`. An array in the event matches when one of its items does.
 */
export function matchesEvent(pattern: unknown, event: unknown): boolean {
  if (!isObject(pattern)) throw new Error('a pattern is an object');
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') return (wanted as unknown[]).some((one) => matchesEvent(one, event));
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return matchesEvent(wanted, value);
    const values = Array.isArray(value) ? value : [value];
    return values.some((each) => wanted.some((one) => matchesValue(one, each)));
  });
}

function matchesValue(wanted: unknown, value: unknown): boolean {
  if (!isObject(wanted)) return wanted === value;
  const [[operator, text] = []] = Object.entries(wanted);
  if (typeof value !== 'string' || typeof text !== 'string') return false;
  if (operator === 'prefix') return value.startsWith(text);
  if (operator !== 'wildcard') throw new Error(`not an operator that is known here: ${operator}`);
  const literal = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${literal}$`, 's').test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
