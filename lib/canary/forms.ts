/** Characters of a value that are looked for together: a part of a canary is found, too. */
export const WINDOW = 16;

/**
 * The forms in which a value may leave, besides percent-encoding and escapes, which are undone before the search: as it is,
 * in hex and in base64 (of its lower and upper case too), and each of them reversed. Letter case and base64's two alphabets
 * are left to the search.
 */
export function formsOf(value: string): string[] {
  const windows = Array.from({ length: Math.floor(value.length / WINDOW) }, (_, index) =>
    value.slice(index * WINDOW, (index + 1) * WINDOW),
  );
  const cases = windows.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]);
  const encoded = [...cases, ...cases.map(reversed)].flatMap((text) => {
    const bytes = Buffer.from(text, 'latin1');
    return [text, bytes.toString('hex'), ...[0, 1, 2].map((before) => base64(bytes, before))];
  });
  return [...new Set([...encoded, ...encoded.map(reversed)])];
}

/** The characters that depend on these bytes alone, where so many others (modulo 3) stand before them. */
function base64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}
