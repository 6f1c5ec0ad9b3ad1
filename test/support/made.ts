import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Holds parts of a page of docs/, between `<!-- made: NAME -->` and `<!-- end -->`, to what makes them.
 * AIRLOCK_WRITE_DOCS=1 writes them instead.
 */
export function expectMade(file: string, parts: Readonly<Record<string, string>>): void {
  const page = readFileSync(file, 'utf8');
  const now = Object.entries(parts).reduce((text, [name, made]) => {
    const part = new RegExp(`(<!-- made: ${name} -->\\n).*?(<!-- end -->)`, 's');
    expect(text).toMatch(part);
    return text.replace(part, (_, before, after) => `${before}${made}\n${after}`);
  }, page);
  if (process.env.AIRLOCK_WRITE_DOCS) writeFileSync(file, now);
  else expect(page).toBe(now);
}
