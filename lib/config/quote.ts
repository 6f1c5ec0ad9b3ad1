import { printable } from '../printable';

/** A value in double quotes, safe to print on a terminal. Long values are cut. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? printable(JSON.stringify(value.slice(0, 200))) : String(value);
  return text.length > 160 ? `${text.slice(0, 157)}…"` : text;
}
