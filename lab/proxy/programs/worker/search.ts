import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Search {
  /** Directories to search, each within its own file system. */
  readonly directories: readonly string[];
  /** Processes whose arguments and environment are searched, too. */
  readonly processes: 'all' | readonly number[];
  /** Values to look for, by their names in the answer. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Found {
  readonly id: string;
  /** Path of a file. */
  readonly place: string;
}

/** Finds values, plain or encoded. The answer names places, and holds no value. */
export function search({ directories, processes, values }: Search): { readonly found: readonly Found[] } {
  const wanted = Object.entries(values).map(([id, value]) => ({ id, forms: formsOf(value) }));
  const places = [...directories.flatMap(filesIn), ...startsOf(processes)];
  return {
    found: places.flatMap((place) => {
      const bytes = contentOf(place);
      return wanted.flatMap(({ id, forms }) =>
        forms.some((form) => bytes.includes(form)) ? [{ id, place }] : [],
      );
    }),
  };
}

/** The value plain, percent-encoded, and in base64 at any offset of a longer text. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const inBase64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The characters at both ends hold bits of the neighbours, too.
    return text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
  });
  const inBase64Url = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([value, encodeURIComponent(value), ...inBase64, ...inBase64Url])];
}

function filesIn(directory: string): string[] {
  const { dev } = lstatSync(directory);
  const all = (path: string): string[] => {
    const about = lstatSync(path, { throwIfNoEntry: false });
    if (about?.isFile()) return [path];
    if (!about?.isDirectory() || about.dev !== dev) return [];
    return readdirSync(path).flatMap((name) => all(join(path, name)));
  };
  return all(directory);
}

function startsOf(processes: Search['processes']): string[] {
  const numbers = processes === 'all' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : processes;
  return numbers.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
}

/** Undefined if the file is gone by now. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return Buffer.alloc(0);
    throw error;
  }
}
