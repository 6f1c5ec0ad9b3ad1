import type { PublicKey } from 'openpgp' with { 'resolution-mode': 'import' };

export type SigningKey =
  | { readonly reason: 'usable'; readonly key: PublicKey; readonly fingerprint: string }
  | { readonly reason: 'unusable'; readonly message: string };

/**
 * Reads the one public key that releases are trusted by. A key that has expired is refused even for what it signed
 * before: its owner has promised nothing about it since, and a renewed one is published beside the releases.
 */
export async function readSigningKey(armored: string, now: Date): Promise<SigningKey> {
  const unusable = (message: string): SigningKey => ({ reason: 'unusable', message });
  // Loaded here: an ES module, and large, and most commands have no use for it.
  const { readKeys } = await import('openpgp');
  const keys = await readKeys({ armoredKeys: armored }).catch(() => []);
  const [key] = keys;
  if (!key) return unusable('holds no OpenPGP public key in ASCII armor');
  if (keys.length > 1)
    return unusable(`holds ${keys.length} keys: the one that signs the releases must stand alone`);
  if (key.isPrivate()) return unusable('holds a private key: it must be the public key of the releases');
  const fingerprint = formatFingerprint(key.getFingerprint());
  if (await key.isRevoked(undefined, undefined, now))
    return unusable(`holds ${fingerprint}, which was revoked`);
  const expires = await key.getExpirationTime();
  if (expires instanceof Date && expires <= now) {
    return unusable(`holds ${fingerprint}, which expired on ${expires.toISOString().slice(0, 10)}`);
  }
  const usable = await key.getSigningKey(undefined, now).catch(() => undefined);
  if (!usable)
    return unusable(`holds ${fingerprint}, which can't sign today: not yet valid, or no signing key in it`);
  return { reason: 'usable', key: key.toPublic(), fingerprint };
}

/** Whether one of the detached signatures was made by that key over exactly these bytes. Never throws. */
export async function isSignedBy(
  key: PublicKey,
  bytes: Uint8Array,
  armoredSignature: string,
  now: Date,
): Promise<boolean> {
  const { createMessage, readSignature, verify } = await import('openpgp');
  try {
    const { signatures } = await verify({
      message: await createMessage({ binary: new Uint8Array(bytes) }),
      signature: await readSignature({ armoredSignature }),
      verificationKeys: key,
      format: 'binary',
      date: now,
    });
    const verified = signatures.map((signature) => signature.verified.catch(() => false as const));
    return (await Promise.all(verified)).some(Boolean);
  } catch {
    return false;
  }
}

/** Upper-case hex without spaces, so that two spellings compare equal. */
export function formatFingerprint(fingerprint: string): string {
  return fingerprint.replace(/[\s:]/g, '').toUpperCase();
}
