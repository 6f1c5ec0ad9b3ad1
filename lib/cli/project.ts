import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_CONFIG } from '../config';

/** What marks a project's directory: its first part, and the file in it. */
const MARKS = [
  [DEFAULT_CONFIG, 'airlock.yaml'],
  ['cdk.json', ''],
] as const;

/**
 * The directory that commands work in: the nearest one, searched upward from the working directory, with
 * `config/airlock.yaml` or `cdk.json`; the working directory when there is none.
 *
 * The search ends at a directory of another owner and ignores files of another owner, because a synth runs
 * what `cdk.json` says, and anybody may put one into a shared directory such as /tmp.
 *
 * @param ownerOf user id of a path's owner; undefined for a path that doesn't exist
 */
export function projectOf(cwd: string, ownerOf = ownerOnDisk): string {
  const owner = ownerOf(cwd);
  for (let directory = cwd; ownerOf(directory) === owner; directory = dirname(directory)) {
    const isProject = MARKS.some(
      ([top, file]) =>
        ownerOf(join(directory, top, file)) !== undefined &&
        (directory === cwd || ownerOf(join(directory, top)) === owner),
    );
    if (isProject) return directory;
    if (directory === dirname(directory)) break;
  }
  return cwd;
}

function ownerOnDisk(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch {
    return undefined;
  }
}
