import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Terminal } from './terminal';

/** Why a file can't be written; undefined when it can. Checked before a command starts, because some take minutes. */
export function unwritable(file: string): string | undefined {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
      return `${file} is a directory: name a file`;
    accessSync(dirname(file), constants.W_OK);
    return undefined;
  } catch {
    return `${file} can't be written: make its directory first, or name another file`;
  }
}

/** Collects what a command prints, for a file. */
export class OutputFile {
  private text = '';

  constructor(private readonly file: string) {}

  collect(text: string): void {
    this.text += text;
  }

  /** A command that failed printed nothing, and leaves the file as it is. */
  write({ stderr }: Pick<Terminal, 'stderr'>): boolean {
    if (this.text === '') return true;
    try {
      writeFileSync(this.file, this.text);
      return true;
    } catch (error) {
      stderr(`error: ${this.file} can't be written (${(error as NodeJS.ErrnoException).code})\n`);
      return false;
    }
  }
}
