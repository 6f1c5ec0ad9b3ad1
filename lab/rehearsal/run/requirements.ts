import { execFileSync } from 'node:child_process';
import { arch } from 'node:os';
import { ENVIRONMENT, findTools, type Machine, THIS_MACHINE, type Tools } from '../../host/requirements';

/** Programs that a rehearsal needs besides the lab's tools, and their Debian packages. */
const PROGRAMS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  debootstrap: 'debootstrap',
  sfdisk: 'fdisk',
  'mkfs.ext4': 'e2fsprogs',
  openssl: 'openssl',
  unshare: 'util-linux',
} as const;
const DEBIAN = /^(https?:\/\/\S+) (?:bullseye|bookworm|trixie|sid|(?:old)?stable|testing) main$/m;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What a rehearsal needs from this machine. */
export interface Found {
  readonly tools: Tools;
  /** Path of the public keys of Debian's archive. */
  readonly keyring: string;
  /** Address of a Debian archive. */
  readonly mirror: string;
}

export type Requirements = ({ readonly ok: true } & Found) | { readonly ok: false; readonly message: string };

export interface Asked extends Machine {
  readonly arch: string;
  /** Lines of `SITE RELEASE COMPONENT` from apt's sources. */
  readonly aptTargets: () => string;
}

const THIS: Asked = { ...THIS_MACHINE, arch: arch(), aptTargets };

/**
 * Whether a rehearsal can run on this machine; one message names everything that is missing.
 * @param path the caller's search path
 * @param mirror a Debian archive in place of the one in this machine's apt sources
 */
export function findRequirements(
  node: string,
  path: string,
  mirror?: string,
  asked: Asked = THIS,
): Requirements {
  const found = findTools(node, path, true, asked, { what: 'airlock rehearse AGENT', programs: PROGRAMS });
  if (!found.ok) return found;
  if (asked.arch !== 'x64') {
    return {
      ok: false,
      message: `the rehearsal boots x86-64 machines on x86-64, and this is ${asked.arch}: run it on an x86-64 Linux`,
    };
  }
  if (!asked.exists(KEYRING)) {
    return { ok: false, message: `${KEYRING} not found: run 'apt-get install debian-archive-keyring'` };
  }
  const archive = mirror ?? debianArchive(asked.aptTargets());
  if (archive === undefined || !/^https?:\/\/[\w.:/~-]+$/.test(archive)) {
    return {
      ok: false,
      message: `${archive === undefined ? "this machine's apt sources name no Debian archive" : `"${archive}" is no address of a Debian archive`}: name one with --mirror`,
    };
  }
  return { ok: true, tools: found.tools, keyring: KEYRING, mirror: archive };
}

/** Debian's own archive; `trixie-updates`, security updates and suites of other makers don't match. */
export function debianArchive(targets: string): string | undefined {
  return DEBIAN.exec(targets)?.[1];
}

/** Empty on a system without apt. */
function aptTargets(): string {
  const words = ['indextargets', '--format', '$(SITE) $(RELEASE) $(COMPONENT)', 'Created-By: Packages'];
  try {
    return execFileSync('apt-get', words, { encoding: 'utf8', env: ENVIRONMENT, stdio: 'pipe' });
  } catch {
    return '';
  }
}
