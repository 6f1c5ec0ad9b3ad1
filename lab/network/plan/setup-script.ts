import type { Namespace } from './namespace';

/** The shell text that sets up a namespace from inside; no text of a template is in it. */
export function setupScript({ addresses, addresses6, rules, settings }: Namespace): string {
  return [
    'set -eu',
    ...settings.map(
      ([path, value]) => `for f in /proc/sys/net/${path}; do [ ! -e "$f" ] || echo ${value} >"$f"; done`,
    ),
    ...batch('ip -batch -', addresses),
    ...batch('ip -6 -batch -', addresses6),
    ...(rules === '' ? [] : batch('nft -f -', [rules])),
    '',
  ].join('\n');
}

function batch(command: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${command} <<'END'`, ...lines, 'END'];
}
