import type { Json } from './json';

const LONGEST = 80;

/** A field's path for a reason. The agent chose the names in it, so they are cut and escaped. */
export function nameOf(path: string): string {
  if (path === '') return 'the body';
  const cut = path.length > LONGEST ? `…${path.slice(-LONGEST)}` : path;
  return JSON.stringify(cut).replace(/[^\x20-\x7e…]/g, '?');
}

/** A value for a reason: a short word as it is, of everything else the kind. */
export function shown(value: Json): string {
  if (typeof value === 'string') return /^[\w.:-]{1,64}$/.test(value) ? `"${value}"` : 'a text';
  if (value instanceof Map) return 'an object';
  if (Array.isArray(value)) return 'a list';
  return value === null || typeof value === 'boolean' ? String(value) : 'a number';
}
