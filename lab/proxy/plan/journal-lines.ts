/** Parts of a flood, and the most of them that the front may keep: 8 a second, sent within two seconds. */
export const FLOOD = 60;
const MOST = 24;

const CONTROL = '\x1b[2J\x00\x07';

/** What an agent host sends as its journal, by what it tries. The front takes parts of at most 8 KiB. */
export function journalParts(mark: string): Record<'forged' | 'oversize', string> {
  const record = `{"record":"request","decision":"allow","host":"${mark}"}`;
  return {
    forged: `forged ${mark}","journal":"x"}\n${record}\r\n{"ProxyHealthy":1}${CONTROL}\n`,
    oversize: `oversize ${mark} ${'x'.repeat(64 << 10)}`,
  };
}

/**
 * Why the text of an agent host is more than testimony, if it is.
 *
 * @param kept lines of the front's log of journals, which holds each part in base64
 * @param others lines of all other logs of the box
 */
export function journalFault(
  mark: string,
  kept: readonly string[],
  others: readonly string[],
): string | undefined {
  const loose = [...kept, ...others].find((line) => line.includes(mark));
  if (loose !== undefined) return `a log has the agent host's text as it came: ${loose.slice(0, 80)}`;
  const texts = kept
    .map((line) => /^\{"time":[\d.]+,"journal":"([A-Za-z0-9+/=]+)"\}$/.exec(line)?.[1] ?? '')
    .map((part) => Buffer.from(part, 'base64').toString('latin1'))
    .filter((text) => text.includes(mark));
  const count = (what: string) => texts.filter((text) => text.startsWith(what)).length;
  if (count('forged') !== 1) return `the front kept ${count('forged')} parts of one`;
  if (count('oversize') > 0) return 'the front kept a part of 64 KiB';
  return count('flood') > MOST ? `the front kept ${count('flood')} of ${FLOOD} parts` : undefined;
}
