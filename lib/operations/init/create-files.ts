import { closeSync, fsyncSync, mkdirSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export type Created =
  | { readonly reason: 'created' }
  | { readonly reason: 'exists'; readonly path: string }
  | { readonly reason: 'unwritable'; readonly path: string; readonly code: string };

/** Makes all of the files or none, and never writes over one, nor through a link: what is there stays as it is. */
export function createFiles(files: readonly NewFile[]): Created {
  const made: { readonly path: string; readonly descriptor: number }[] = [];
  const folders: string[] = [];
  let path = '';
  try {
    for (const file of files) {
      path = file.path;
      folders.unshift(...makeFolders(dirname(path)));
      made.push({ path, descriptor: openSync(path, 'wx', 0o644) });
    }
    files.forEach((file, index) => {
      path = file.path;
      const descriptor = made[index]?.descriptor as number;
      writeFileSync(descriptor, file.text);
      fsyncSync(descriptor);
    });
    return { reason: 'created' };
  } catch (error) {
    for (const file of made) rmSync(file.path, { force: true });
    for (const folder of folders) removeEmpty(folder);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return code === 'EEXIST' ? { reason: 'exists', path } : { reason: 'unwritable', path, code };
  } finally {
    for (const { descriptor } of made) closeSync(descriptor);
  }
}

/** Makes a folder and those above it; returns those that were not there, the deepest first. */
function makeFolders(folder: string): string[] {
  const first = mkdirSync(folder, { recursive: true });
  const made: string[] = [];
  for (let each = folder; first !== undefined; each = dirname(each)) {
    made.push(each);
    if (each === first) break;
  }
  return made;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody put something there meanwhile.
  }
}
