import { readdirSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { findTools, type Machine, THIS_MACHINE, type Tools } from '../../host/requirements';
import { debianMirror } from '../plan/mirror';

/** Programs that a rehearsal needs besides the lab's tools, and their Debian packages. */
const PROGRAMS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  debootstrap: 'debootstrap',
  sfdisk: 'fdisk',
  'mkfs.ext4': 'e2fsprogs',
  openssl: 'openssl',
  unshare: 'util-linux',
} as const;
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
  readonly sources: () => readonly string[];
}

const THIS: Asked = { ...THIS_MACHINE, arch: arch(), sources: aptSources };

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
  const archive = mirror ?? debianMirror(asked.sources());
  if (archive === undefined || !/^https?:\/\/[\w.:/~-]+$/.test(archive)) {
    return {
      ok: false,
      message: `${archive === undefined ? "this machine's apt sources name no Debian archive" : `"${archive}" is no address of a Debian archive`}: name one with --mirror`,
    };
  }
  return { ok: true, tools: found.tools, keyring: KEYRING, mirror: archive };
}

function aptSources(): string[] {
  const directory = '/etc/apt/sources.list.d';
  const list = (() => {
    try {
      return readdirSync(directory).map((name) => `${directory}/${name}`);
    } catch {
      return [];
    }
  })();
  return ['/etc/apt/sources.list', ...list.sort()].flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });
}
