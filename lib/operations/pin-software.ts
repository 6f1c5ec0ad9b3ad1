import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { SOFTWARE_LOCK } from '../config/config-files';
import { softwareLockSchema } from '../config/schema/lock-schema';
import { IRON_PROXY } from '../pinned-versions';
import {
  type Download,
  DownloadError,
  type DownloadOptions,
  download,
  isFetchable,
} from './bounded-download';
import { readLockFile, writeLockFile } from './lock-file';
import { checksumsOf } from './release-checksums';
import { formatFingerprint, isSignedBy, readSigningKey } from './release-signature';

/** As verified: the lock always says by whom a release was signed. */
export interface VerifiedRelease {
  readonly version: string;
  /** HTTPS address of the linux_arm64 archive. */
  readonly url: string;
  /** SHA-256 of that archive, lower-case hex. */
  readonly sha256: string;
  /** Fingerprint of the key, upper-case hex. */
  readonly signedBy: string;
}

export interface PinSoftwareOptions {
  /** The configuration directory: the lock lies there. */
  readonly directory: string;
  /** File with the ASCII-armored public key that signs iron-proxy's releases. */
  readonly keyFile: string;
  /** @default - the version in lib/pinned-versions.ts */
  readonly version?: string;
  /**
   * HTTPS folder of the release's files, such as a team's own mirror; `{version}` stands for the version. The boxes will
   * fetch from there too.
   *
   * @default - iron-proxy's own release
   */
  readonly baseUrl?: string;
  /**
   * Fingerprint the key must have. Needed when the lock was signed by another key: a new key is a person's decision.
   *
   * @default - the key that the lock names, or on the first run whichever the file holds
   */
  readonly fingerprint?: string;
  /** @default - the platform's fetch */
  readonly fetch?: typeof globalThis.fetch;
  /** @default - the clock */
  readonly now?: () => Date;
}

export type PinSoftwareFailure =
  | 'bad-option'
  | 'key-unusable'
  /** Another key than the lock's, or than the one that was asked for. */
  | 'key-unexpected'
  | 'lock-unreadable'
  | 'lock-unwritable'
  | 'download-failed'
  | 'signature-invalid'
  | 'checksum-missing'
  | 'archive-mismatch';

interface Verified {
  readonly release: VerifiedRelease;
  /** The earlier pin. */
  readonly before?: z.infer<typeof softwareLockSchema>['ironProxy'];
}

export type PinSoftwareResult =
  | ({ readonly reason: 'pinned' } & Verified)
  /** The lock file is up to date. */
  | ({ readonly reason: 'current' } & Verified)
  | { readonly reason: PinSoftwareFailure; readonly message: string; readonly fix: string };

const KEY_LIMIT = 256 * 1024;
const TEXT: Pick<DownloadOptions, 'limit' | 'timeoutMs'> = { limit: 64 * 1024, timeoutMs: 30_000 };
const ARCHIVE: Pick<DownloadOptions, 'limit' | 'timeoutMs'> = {
  limit: 256 * 1024 * 1024,
  timeoutMs: 600_000,
};

class Failure extends Error {
  constructor(
    readonly reason: PinSoftwareFailure,
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/**
 * Verifies an iron-proxy release and writes down its digest, which every proxy box then insists on. The order is the
 * point: key, then signature of the checksums, then the archive against them; nothing is written before all three.
 */
export async function pinSoftware(options: PinSoftwareOptions): Promise<PinSoftwareResult> {
  try {
    return await pin(options);
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): { reason: PinSoftwareFailure; message: string; fix: string } {
  if (error instanceof Failure) return { reason: error.reason, message: error.message, fix: error.fix };
  if (error instanceof DownloadError) {
    const fix = 'check the version, the network, or give the address of a mirror';
    return { reason: 'download-failed', message: error.message, fix };
  }
  throw error;
}

async function pin(options: PinSoftwareOptions): Promise<PinSoftwareResult> {
  const lock = readLockFile(options.directory, SOFTWARE_LOCK, softwareLockSchema);
  if (lock.reason === 'unreadable') throw new Failure('lock-unreadable', lock.message, lock.fix);
  const before = lock.reason === 'read' ? lock.value.ironProxy : undefined;
  const { release } = await verified(options, before?.signedBy, IRON_PROXY.archiveFile, false);
  const written = writeLockFile(options.directory, SOFTWARE_LOCK, { ironProxy: release });
  if (written.reason === 'unwritable') throw new Failure('lock-unwritable', written.message, written.fix);
  return { reason: written.reason === 'written' ? 'pinned' : 'current', release, before };
}

export type FetchReleaseResult =
  | { readonly reason: 'fetched'; readonly release: VerifiedRelease; readonly archive: Buffer }
  | { readonly reason: PinSoftwareFailure; readonly message: string; readonly fix: string };

/**
 * The archive of a release for some platform, verified as a pin is, and pinned nowhere: the lab runs it on this machine.
 *
 * @param archiveFile name of the archive; `{version}` stands for the version
 */
export async function fetchRelease(
  options: Omit<PinSoftwareOptions, 'directory'>,
  archiveFile: string,
): Promise<FetchReleaseResult> {
  try {
    const { release, bytes } = await verified(options, undefined, archiveFile, true);
    return { reason: 'fetched', release, archive: bytes };
  } catch (error) {
    return failureOf(error);
  }
}

async function verified(
  options: Omit<PinSoftwareOptions, 'directory'>,
  lockedKey: string | undefined,
  archiveFile: string,
  keep: boolean,
): Promise<{ readonly release: VerifiedRelease; readonly bytes: Buffer }> {
  const now = options.now?.() ?? new Date();
  const { version, folder } = readOptions(options);
  const { key, fingerprint } = await trustedKey(options, lockedKey, now);

  const file = (name: string) => new URL(name.replaceAll('{version}', version), folder);
  const get = (name: string, whole: boolean, limits: typeof TEXT): Promise<Download> =>
    download(file(name), whole, { ...limits, fetch: options.fetch });
  const sums = (await get(IRON_PROXY.checksumsFile, true, TEXT)).bytes;
  const signature = (await get(IRON_PROXY.signatureFile, true, TEXT)).bytes.toString('latin1');
  if (!(await isSignedBy(key, sums, signature, now))) {
    const message = `${file(IRON_PROXY.checksumsFile).href} is not signed by ${fingerprint}`;
    throw new Failure(
      'signature-invalid',
      message,
      `take nothing from there; compare the key with ${IRON_PROXY.repository}`,
    );
  }
  const archive = file(archiveFile);
  const sha256 = signedChecksum(sums, archive.pathname.split('/').at(-1) ?? '');
  const received = await get(archiveFile, keep, ARCHIVE);
  if (received.sha256 !== sha256) {
    const message = `${archive.href} has the SHA-256 ${received.sha256}, and its signed checksum is ${sha256}`;
    throw new Failure('archive-mismatch', message, 'try again; if it stays so, take nothing from there');
  }
  return { release: { version, url: archive.href, sha256, signedBy: fingerprint }, bytes: received.bytes };
}

const ironProxy = softwareLockSchema.shape.ironProxy.shape;

function readOptions(options: Pick<PinSoftwareOptions, 'version' | 'baseUrl'>): {
  version: string;
  folder: URL;
} {
  const version = (options.version ?? IRON_PROXY.version).replace(/^v/, '');
  if (!ironProxy.version.safeParse(version).success) {
    throw new Failure(
      'bad-option',
      `version "${version}" is not a release`,
      `write one such as "${IRON_PROXY.version}"`,
    );
  }
  const base = (options.baseUrl ?? IRON_PROXY.releaseUrl)
    .replaceAll('{version}', version)
    .replace(/\/*$/, '/');
  const folder = URL.canParse(base) ? new URL(base) : undefined;
  if (
    !folder ||
    !isFetchable(folder) ||
    folder.search ||
    folder.hash ||
    !ironProxy.url.safeParse(folder.href).success
  ) {
    const fix = 'write the HTTPS address of a folder, without user, query or fragment';
    throw new Failure('bad-option', `"${base}" is not an address releases are taken from`, fix);
  }
  return { version, folder };
}

async function trustedKey(
  options: Omit<PinSoftwareOptions, 'directory'>,
  locked: string | undefined,
  now: Date,
) {
  const where = `get the public key from ${IRON_PROXY.repository} (${IRON_PROXY.keyFile}) and compare its fingerprint`;
  let armored: string;
  try {
    const { size } = statSync(options.keyFile);
    if (size > KEY_LIMIT)
      throw new Failure('key-unusable', `${options.keyFile} is too large for a key`, where);
    armored = readFileSync(options.keyFile, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Failure('key-unusable', `${options.keyFile} can't be read (${code})`, where);
  }
  const read = await readSigningKey(armored, now);
  if (read.reason === 'unusable')
    throw new Failure('key-unusable', `${options.keyFile} ${read.message}`, where);
  const expected = options.fingerprint === undefined ? locked : formatFingerprint(options.fingerprint);
  if (expected !== undefined && expected !== read.fingerprint) {
    const message = `${options.keyFile} holds ${read.fingerprint}, and ${expected} is expected`;
    throw new Failure(
      'key-unexpected',
      message,
      'if its owner announced the new key, name its fingerprint in the command',
    );
  }
  return read;
}

function signedChecksum(sums: Buffer, name: string): string {
  const [digest, ...others] = checksumsOf(sums.toString('latin1'), name);
  if (digest && others.length === 0) return digest;
  const message = digest ? `the checksums name ${name} twice` : `the checksums do not name ${name}`;
  throw new Failure('checksum-missing', message, 'choose a version that was released for this platform');
}
