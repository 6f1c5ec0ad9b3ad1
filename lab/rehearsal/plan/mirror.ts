/** Names of Debian releases in apt's sources; `trixie-updates` and suites of other makers don't match. */
const SUITE = /^(bookworm|trixie|bullseye|sid|stable|testing|oldstable)$/;

/** The Debian archive in a machine's apt sources, in either of apt's two formats (sources.list(5)). Undefined: none. */
export function debianMirror(sources: readonly string[]): string | undefined {
  return sources.map((text) => oneLine(text) ?? stanza(text)).find((uri) => uri !== undefined);
}

function oneLine(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const found = /^deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
    if (found && SUITE.test(found[2] as string) && /\bmain\b/.test(found[3] as string)) return found[1];
  }
  return undefined;
}

function stanza(text: string): string | undefined {
  for (const block of text.split(/\n\s*\n/)) {
    const field = (name: string) =>
      (new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(block)?.[1] ?? '').trim().split(/\s+/);
    const uri = field('URIs').find((each) => /^https?:\/\//.test(each));
    const fits = field('Types').includes('deb') && field('Components').includes('main');
    if (uri !== undefined && fits && field('Suites').some((suite) => SUITE.test(suite))) return uri;
  }
  return undefined;
}
