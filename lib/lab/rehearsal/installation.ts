import { editPacked, unpackFiles } from '../../../constructs/agent-host/boot/packed-files';

/** How an agent host comes by its runtime, read from its user data alone. */
export interface Installation {
  /** Name and version. */
  readonly runtime: string;
  /** Where the npm mirror keeps packages: host, and path without a slash at its end. */
  readonly mirror: { readonly host: string; readonly path: string };
  /** Paths below the mirror of the tarballs that are fetched by a pin of the kit's. None: it is installed otherwise. */
  readonly tarballs: readonly string[];
}

const PINNED = /^get (\S+\.tgz) [0-9a-f]{128}/gm;
const LOCK = /^echo '[0-9a-f]{64} package-lock\.json'/m;

/** Undefined: the user data is none of this kit's, or its mirror has no address. */
export function installationOf(userData: string): Installation | undefined {
  const setting = (name: string) => new RegExp(`^${name}='([^']*)'$`, 'm').exec(userData)?.[1];
  const runtime = setting('RUNTIME');
  const mirror = setting('NPM');
  if (runtime === undefined || mirror === undefined) return undefined;
  const tarballs = [...unpackFiles(userData).matchAll(PINNED)].map(([, path]) => path as string);
  if (!URL.canParse(mirror)) return { runtime, mirror: { host: '', path: '' }, tarballs: [] };
  const { hostname, pathname } = new URL(mirror);
  return { runtime, mirror: { host: hostname, path: pathname.replace(/\/$/, '') }, tarballs };
}

/** Digests in hexadecimal of what a rehearsal's mirror serves in the place of the pinned packages. */
export interface Pins {
  readonly sha512: string;
  /** SHA-256 of the lock file that the stand-in for npm writes. */
  readonly lockSha256: string;
}

/** The same user data with other pins: no stand-in can be what is pinned. */
export function repinned(userData: string, { sha512, lockSha256 }: Pins): string {
  return editPacked(userData, (text) =>
    text
      .replace(PINNED, (_, path) => `get ${path} ${sha512}`)
      .replace(LOCK, `echo '${lockSha256} package-lock.json'`),
  );
}
