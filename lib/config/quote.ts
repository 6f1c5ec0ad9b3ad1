/**
 * A value in double quotes, safe to print on a terminal: whatever could move the cursor, reverse the reading
 * direction or hide is written as an escape. Long values are cut.
 */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? printable(JSON.stringify(value.slice(0, 200))) : String(value);
  return text.length > 160 ? `${text.slice(0, 157)}…"` : text;
}

/** The same without the quotes: for file names and keys. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
