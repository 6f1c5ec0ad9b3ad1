import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { labFile } from '../../host/files';
import { ENVIRONMENT } from '../../host/requirements';

export const CACHE = '/var/cache/agent-airlock/rehearsal';
/** Debian's code names for the releases of the configuration. */
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
 * The disk image of a release: from the cache, under a hash of its recipe, or built into the cache in one step.
 * @param onLine gets the progress of the build
 * @throws with the last output line of a failed build
 */
export async function imageOf(
  os: Os,
  { mirror, keyring }: Source,
  onLine: (line: string) => void,
): Promise<Image> {
  const recipe = labFile('rehearsal', 'programs');
  const directory = join(CACHE, `${os}-${hashOf(recipe)}`);
  if (!existsSync(directory)) {
    mkdirSync(CACHE, { recursive: true, mode: 0o700 });
    clear(`${os}-`);
    const building = join(CACHE, `building-${os}`);
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building, { mode: 0o755 });
    await build([RELEASES[os], mirror, keyring, building, recipe], join(recipe, 'image.sh'), onLine);
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

/** Removes images of older recipes. */
function clear(prefix: string): void {
  for (const name of readdirSync(CACHE)) {
    if (name.startsWith(prefix)) rmSync(join(CACHE, name), { recursive: true, force: true });
  }
}

/** Files that an image is made from. */
const RECIPE = ['image.sh', 'guest.py', 'airlock-rehearsal.service', 'airlock-rehearsal.rules'] as const;

function hashOf(directory: string): string {
  const hash = createHash('sha256');
  for (const name of RECIPE) hash.update(name).update(readFileSync(join(directory, name)));
  return hash.digest('hex').slice(0, 12);
}

/** Longest that a build may take, in milliseconds. */
const LIMIT = 30 * 60_000;

function build(words: readonly string[], script: string, onLine: (line: string) => void): Promise<void> {
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
          if (line.startsWith('I: ')) onLine(line.slice(3));
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
