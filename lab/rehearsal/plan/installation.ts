import { editPacked, unpackFiles } from '../../../constructs/agent-host/boot/packed-files';

/** How an agent host comes by its runtime, read from its user data alone. */
export interface Installation {
  /** Name and version. */
  readonly runtime: string;
  /** Where the npm mirror keeps packages: host, and path without a slash at its end. */
  readonly mirror: { readonly host: string; readonly path: string };
  /** Paths below the mirror of the tarballs that are fetched by a pin. None: it is installed otherwise. */
  readonly tarballs: readonly string[];
  /** Globs below the agent's home at which it finds skills, blanks between. */
  readonly skills: string;
}

const PINNED = /^get (\S+\.tgz) [0-9a-f]{128}/gm;
const LOCK = /^echo '[0-9a-f]{64} package-lock\.json'/m;

/** Undefined: the user data is none of this kit's, or its mirror has no address. */
export function installationOf(userData: string): Installation | undefined {
  const setting = (name: string) => new RegExp(`^${name}='([^']*)'$`, 'm').exec(userData)?.[1];
  const runtime = setting('RUNTIME');
  const mirror = setting('NPM');
  if (runtime === undefined || mirror === undefined) return undefined;
  const skills = setting('SKILLS') ?? '';
  if (!URL.canParse(mirror)) return { runtime, mirror: { host: '', path: '' }, tarballs: [], skills };
  const { hostname: host, pathname } = new URL(mirror);
  const tarballs = [...unpackFiles(userData).matchAll(PINNED)].map(([, path]) => path as string);
  return { runtime, mirror: { host, path: pathname.replace(/\/$/, '') }, tarballs, skills };
}

/** Whether a rehearsal's mirror can have what the installation fetches. */
export function isFetched({ tarballs }: Installation): boolean {
  return tarballs.length > 0;
}

/** SHA-512 in hexadecimal of what a rehearsal's mirror serves in the place of a pinned package, by its path. */
export type Pins = ReadonlyMap<string, string>;

/** SHA-256 of the lock file that the stand-in for npm writes (lab/rehearsal/program.sh). */
export const STAND_IN_LOCK = 'ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356';

/** The same user data with other pins: no stand-in can be what is pinned. */
export function repinned(userData: string, pins: Pins): string {
  if (pins.size === 0) return userData;
  const edit = (text: string) =>
    text
      .replace(PINNED, (line, path) => (pins.has(path) ? `get ${path} ${pins.get(path)}` : line))
      .replace(LOCK, `echo '${STAND_IN_LOCK} package-lock.json'`);
  return edit(editPacked(userData, edit));
}
