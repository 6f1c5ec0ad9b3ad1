import type { Canary } from './credentials';

const BLOCK = 512;

/**
 * The files as a tar archive (POSIX.1-1988, ustar), in ASCII: `state/` and `host/`, each with what belongs below it.
 *
 * @param made Milliseconds since the epoch. The files get an age by which tar replaces those of an earlier box, and no file of
 *   the agent's: all times lie in 2023 and 2024, later ones for a later box.
 */
export function archiveOf(
  canaries: readonly Pick<Canary, 'place' | 'path' | 'text'>[],
  made: number,
): string {
  const time = Math.floor(1_700_000_000 + (made / 1000 - 1_750_000_000) / 100);
  const files = canaries.map(
    ({ place, path, text }) =>
      header(`${place}/${path}`, text, time, place === 'host' ? 0o644 : 0o600) + padded(text),
  );
  return files.join('') + '\0'.repeat(2 * BLOCK);
}

function header(name: string, text: string, time: number, mode: number): string {
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  const before = `${name.padEnd(100, '\0')}${octal(mode, 7)}${octal(0, 7)}${octal(0, 7)}${octal(text.length, 11)}${octal(time, 11)}`;
  const after = `0${'\0'.repeat(100)}ustar\x0000`;
  const sum = [...before, ...' '.repeat(8), ...after].reduce((all, each) => all + each.charCodeAt(0), 0);
  return padded(`${before}${octal(sum, 6)} ${after}`);
}

function padded(text: string): string {
  return text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK, '\0');
}
