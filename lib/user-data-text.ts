import { isRecord, own } from './json';

const LIMIT = 64 * 1024;

/** A machine's user data as far as the template says it; what a deployment fills in stands as `${…}`. */
export function userDataText(value: unknown): string {
  return render(value, 0).slice(0, LIMIT);
}

function render(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (!isRecord(value) || depth > 8) return '${…}';
  const encoded = own(value, 'Fn::Base64');
  if (encoded !== undefined) return render(encoded, depth + 1);
  const joined = own(value, 'Fn::Join');
  if (Array.isArray(joined) && typeof joined[0] === 'string' && Array.isArray(joined[1])) {
    return joined[1].map((part) => render(part, depth + 1)).join(joined[0]);
  }
  return '${…}';
}
