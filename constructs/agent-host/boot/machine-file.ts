/** A file that the boothook writes on the agent host. */
export interface MachineFile {
  /** Absolute; `$U` stands for /etc/systemd/system (boot/begin.sh). Several, with blanks between, get the same text. */
  readonly path: string;
  readonly text: string;
  /** @default 644 */
  readonly mode?: '440' | '755';
}

/** What stands in a boot file as `@NAME@`. */
export type Values = Readonly<Record<string, string>>;

/**
 * The file's text as it goes into the user data: values filled in, whole-line comments left in the repository
 * (user data has 16 KB), everything else byte for byte.
 *
 * @throws when the text names a value that is not given: no `@NAME@` ever reaches a machine
 */
export function render(text: string, values: Values = {}): string {
  return withoutComments(text).replace(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a boot file names @${name}@, which has no value`);
    return value;
  });
}

/** Whether anything in the text, comments aside, is to be filled in. */
export function namesValue(text: string): boolean {
  return /@[A-Z_]+@/.test(withoutComments(text));
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*#(?!!|cloud-config)/.test(line))
    .join('\n');
}

/**
 * Shell that writes one file through begin.sh's `put`: the text reaches the file exactly, whatever it holds.
 *
 * @throws on anything but printable ASCII, tabs and line feeds: dash mangles some other bytes in a here-document, and
 *   cloud-init turns CR LF into LF
 */
export function writeFile(file: MachineFile): string {
  if (!/^[\t\n\x20-\x7e]*$/.test(file.text)) {
    throw new Error(`boot file ${file.path} must be plain ASCII: write other characters in another way`);
  }
  const end = terminator(file.text);
  return `put ${file.mode ?? '644'} ${file.path} <<\\${end}\n${ended(file.text)}${end}\n`;
}

/** A word that is no line of the text. A quoted here-document ends there and nowhere else, and expands nothing. */
function terminator(text: string): string {
  const lines = new Set(text.split('\n'));
  let word = 'E';
  while (lines.has(word)) word += 'E';
  return word;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
