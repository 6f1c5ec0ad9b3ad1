import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { labFile } from '../../host/files';
import { ENVIRONMENT } from '../../host/requirements';

export const CACHE = '/var/cache/agent-airlock/rehearsal';
/** Debian's names for what the configuration calls by number. */
export const RELEASES = { 'debian-13': 'trixie', 'debian-12': 'bookworm' } as const;
export type Os = keyof typeof RELEASES;

export interface Image {
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
  /** Names and versions of its packages. */
  readonly packages: ReadonlyMap<string, string>;
  readonly built: Date;
}

interface Source {
  readonly mirror: string;
  readonly keyring: string;
}

/**
 * The disk image of a release: from the cache, which knows it by a hash of its recipe, or built into it, whole or not
 * at all.
 * @param say told what is going on while it is built
 * @throws with the last words of what failed
 */
export async function imageOf(
  os: Os,
  { mirror, keyring }: Source,
  say: (line: string) => void,
): Promise<Image> {
  const recipe = labFile('rehearsal', 'programs');
  const directory = join(CACHE, `${os}-${hashOf(recipe)}`);
  if (!existsSync(directory)) {
    mkdirSync(CACHE, { recursive: true, mode: 0o700 });
    clear(`${os}-`);
    const building = join(CACHE, `building-${os}`);
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building, { mode: 0o755 });
    await build([RELEASES[os], mirror, keyring, building, recipe], join(recipe, 'image.sh'), say);
    renameSync(building, directory);
  }
  return {
    kernel: join(directory, 'vmlinuz'),
    initrd: join(directory, 'initrd'),
    disk: join(directory, 'disk'),
    packages: new Map(
      readFileSync(join(directory, 'packages'), 'utf8')
        .split('\n')
        .flatMap((line) => {
          const [name, version] = line.split('\t');
          return name && version ? [[name.split(':')[0] as string, version] as const] : [];
        }),
    ),
    built: statSync(join(directory, 'packages')).mtime,
  };
}

/** Images of older recipes, which nothing asks for any more. */
function clear(prefix: string): void {
  for (const name of readdirSync(CACHE)) {
    if (name.startsWith(prefix)) rmSync(join(CACHE, name), { recursive: true, force: true });
  }
}

/** What goes into an image. */
const RECIPE = ['image.sh', 'guest.py', 'airlock-rehearsal.service', 'airlock-rehearsal.rules'] as const;

function hashOf(directory: string): string {
  const hash = createHash('sha256');
  for (const name of RECIPE) hash.update(name).update(readFileSync(join(directory, name)));
  return hash.digest('hex').slice(0, 12);
}

/** Longest that a build may take, in milliseconds. */
const LIMIT = 30 * 60_000;

function build(words: readonly string[], script: string, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(
      'unshare',
      ['--mount', '--fork', '--kill-child', 'sh', script, ...words],
      {
        env: ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: LIMIT,
      },
    );
    let last = '';
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        createInterface({ input: stream }).on('line', (line) => {
          if (line.startsWith('I: ')) say(line.slice(3));
          if (line.trim() !== '') last = line.trim();
        });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(`the image of ${words[0]} could not be built from ${words[1]}: ${last.slice(0, 300)}`),
          ),
    );
  });
}
