import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from '../../host/command';
import { labFile } from '../../host/files';
import type { ServedFile } from '../../proxy/plan/cells';
import type { Installation, Pins } from '../plan/installation';

/** Places in an unpacked tarball where the runtimes' start scripts and installations expect a program. */
const PROGRAMS = ['claude', 'vendor/rehearsal/bin/codex', 'bin/node', 'bin/npm-cli.js'] as const;

export interface Packages {
  readonly files: readonly ServedFile[];
  /** Of the stand-ins alone: a given package keeps the pin of the user data. */
  readonly pins: Pins;
}

/**
 * Packages for the rehearsal's npm mirror: the given ones, and a stand-in for each other pinned one. A mirror that sends a
 * different package sends a second stand-in.
 *
 * @param given a directory with files by their path below the mirror. @default none
 * @throws if a package of a custom runtime is missing
 */
export async function makePackages(
  { runtime, mirror: { host, path: base }, tarballs }: Installation,
  scratch: string,
  given?: string,
): Promise<Packages> {
  const there = given === undefined ? [] : filesBelow(given);
  const missing = tarballs.filter((path) => !there.includes(path));
  if (runtime === 'custom' && missing.length > 0) {
    throw new Error(
      `${missing.join(', ')}: a custom runtime has no stand-in: put the file in a directory under this path, and name the directory with --packages`,
    );
  }
  const standIn = await pack(scratch, 'pinned');
  const other = await pack(scratch, 'another');
  const sha512 = createHash('sha512').update(readFileSync(standIn)).digest('hex');
  const served = (path: string, file: string) => ({ host, path: `${base}/${path}`, file, other });
  return {
    files: [
      ...there.map((path) => served(path, join(given ?? '', path))),
      ...missing.map((path) => served(path, standIn)),
    ],
    pins: new Map(missing.map((path) => [path, sha512])),
  };
}

/** @throws if it is no directory */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(directory, path)).isFile(),
  );
}

async function pack(scratch: string, name: string): Promise<string> {
  const root = join(scratch, name);
  for (const program of PROGRAMS) {
    const path = join(root, 'package', program);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(labFile('rehearsal', 'programs', 'stand-in-runtime.sh'), path);
  }
  writeFileSync(join(root, 'package', 'name'), `${name}\n`);
  await command('chmod', ['-R', '755', root]);
  const file = join(scratch, `${name}.tgz`);
  await command('tar', ['-czf', file, '-C', root, 'package']);
  return file;
}
