import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../constructs/package-root';
import type { ServedFile } from '../../lab/doors/estate';
import type { Installation, Pins } from '../../lab/rehearsal/installation';
import { command } from '../lab/network';

/** Where the start scripts and installations of the runtimes look for a program, below what a tarball unpacks to. */
const PROGRAMS = ['claude', 'vendor/rehearsal/bin/codex', 'bin/node', 'bin/npm-cli.js'] as const;

/** What the stand-in for npm writes (lab/rehearsal/program.sh). */
const LOCK_FILE = '{}\n';

export interface Packages {
  readonly files: readonly ServedFile[];
  readonly pins: Pins;
}

/** Packages for the npm mirror of a rehearsal: one tarball, in the place of every one that is pinned, and another. */
export async function makePackages({ mirror, tarballs }: Installation, scratch: string): Promise<Packages> {
  const file = await pack(scratch, 'pinned');
  const other = await pack(scratch, 'another');
  return {
    files: tarballs.map((path) => ({ host: mirror.host, path: `${mirror.path}/${path}`, file, other })),
    pins: {
      sha512: createHash('sha512').update(readFileSync(file)).digest('hex'),
      lockSha256: createHash('sha256').update(LOCK_FILE).digest('hex'),
    },
  };
}

async function pack(scratch: string, name: string): Promise<string> {
  const root = join(scratch, name);
  for (const program of PROGRAMS) {
    const path = join(root, 'package', program);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(packageRoot(), 'dist', 'lab', 'rehearsal', 'program.sh'), path);
  }
  writeFileSync(join(root, 'package', 'name'), `${name}\n`);
  await command('chmod', ['-R', '755', root]);
  const file = join(scratch, `${name}.tgz`);
  await command('tar', ['-czf', file, '-C', root, 'package']);
  return file;
}
