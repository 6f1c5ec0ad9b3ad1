/**
 * The different SHA-256 digests that a checksums file (`<hex>  <name>`, one a line, as sha256sum writes) gives for a
 * name, in lower case. One is right; none or several are for the caller to refuse.
 */
export function checksumsOf(text: string, name: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => /^([0-9a-fA-F]{64})[ \t]+\*?(\S+)$/.exec(line));
  const digests = lines.filter((line) => line?.[2] === name).map((line) => (line?.[1] ?? '').toLowerCase());
  return [...new Set(digests)];
}
