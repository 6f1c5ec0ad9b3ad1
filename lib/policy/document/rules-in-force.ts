/**
 * Ids of the rules in force that a policy's text names, without the library that reads YAML: for a function that must stay
 * small. `gateDocument` wrote it; `readBundle` is the one that judges it.
 */
export function rulesInForce(text: string): string[] {
  const gate = text.slice(text.lastIndexOf('\n---\n') + 1).split('\n');
  const first = gate.indexOf('  rules:') + 1;
  if (first === 0) return [];
  const end = gate.findIndex((line, index) => index >= first && !line.startsWith('  - '));
  return gate.slice(first, end < 0 ? undefined : end).flatMap((line) => {
    const [, id] = /^ {2}- (?:\{id: )?"?([^\s",}]+)/.exec(line) ?? [];
    return id === undefined ? [] : [id];
  });
}
