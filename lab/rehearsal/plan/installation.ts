import { editPacked, unpackFiles } from '../../../constructs/agent-host/boot/packed-files';

/** How an agent host installs its runtime, read from its user data alone. */
export interface Installation {
  /** Name and version. */
  readonly runtime: string;
  /** Address of the npm mirror: host, and path without a slash at its end. */
  readonly mirror: { readonly host: string; readonly path: string };
  /** Paths below the mirror of the pinned tarballs. Empty: installed in another way. */
  readonly tarballs: readonly string[];
  /** Globs below the agent's home where skills are, separated by blanks. */
  readonly skills: string;
}

const PINNED = /^get (\S+\.tgz) [0-9a-f]{128}/gm;
const LOCK = /^echo '[0-9a-f]{64} package-lock\.json'/m;

/** Undefined: this kit did not make the user data. */
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

/** Whether the rehearsal's mirror can serve what the installation fetches. */
export function isFetched({ tarballs }: Installation): boolean {
  return tarballs.length > 0;
}

/** SHA-512 (hexadecimal) of the stand-in that the rehearsal's mirror serves for each pinned package, by path. */
export type Pins = ReadonlyMap<string, string>;

/** SHA-256 of the lock file that the stand-in for npm writes (lab/rehearsal/programs/stand-in-runtime.sh). */
export const STAND_IN_LOCK = 'ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356';

/** The same user data with the pins of the stand-ins: no stand-in can have a pinned digest. */
export function repinned(userData: string, pins: Pins): string {
  if (pins.size === 0) return userData;
  const edit = (text: string) =>
    text
      .replace(PINNED, (line, path) => (pins.has(path) ? `get ${path} ${pins.get(path)}` : line))
      .replace(LOCK, `echo '${STAND_IN_LOCK} package-lock.json'`);
  return edit(editPacked(userData, edit));
}
