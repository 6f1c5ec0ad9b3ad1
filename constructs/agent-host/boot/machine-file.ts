/** A file that the boothook writes on the agent host. */
export interface MachineFile {
  /** Absolute; `$U` stands for /etc/systemd/system (boot/begin.sh). */
  readonly path: string;
  /** Further places for the same text. @default none */
  readonly copies?: readonly string[];
  readonly text: string;
  /** @default 644 */
  readonly mode?: '440' | '644' | '755';
}

/** Replacements for `@NAME@` in a boot file. */
export type Values = Readonly<Record<string, string | number>>;

/**
 * The file's text for the user data: `@NAME@` replaced, whole-line comments left out (user data has 16 KB), everything
 * else byte for byte.
 *
 * @throws when the text names a value that is not given: no `@NAME@` reaches a machine
 */
export function render(text: string, values: Values = {}): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*#(?!!|cloud-config)/.test(line))
    .join('\n')
    .replace(/@([A-Z_]+)@/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`a boot file names @${name}@, which has no value`);
      return String(value);
    });
}

/** A program of the kit without its indentation: none holds a text of several lines. */
export function script(text: string): string {
  return render(text).replace(/^ +/gm, '');
}

/**
 * Shell that writes one file through begin.sh's `put`: the text reaches the file exactly, whatever it holds.
 *
 * @throws on anything but printable ASCII, tabs and line feeds: dash corrupts some other bytes in a here-document, and
 *   cloud-init turns CR LF into LF
 */
export function writeFile({ path, copies = [], text, mode = '644' }: MachineFile): string {
  if (!/^[\t\n\x20-\x7e]*$/.test(text)) {
    throw new Error(`boot file ${path} must be plain ASCII: write other characters in another way`);
  }
  const end = terminator(text);
  return `put ${mode} ${[path, ...copies].join(' ')} <<\\${end}\n${endedLine(text)}${end}\n`;
}

/** A word that is no line of the text. A quoted here-document ends there and nowhere else, and expands nothing. */
function terminator(text: string): string {
  const lines = new Set(text.split('\n'));
  let word = 'E';
  while (lines.has(word)) word += 'E';
  return word;
}

function endedLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
