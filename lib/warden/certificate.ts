import { createPrivateKey, X509Certificate } from 'node:crypto';
import { AwsError, type Host } from './host';
import type { Wanted } from './policy-source';
import { type Reason, reason } from './reason';
import { sha256 } from './render';

export interface Authority {
  /** Digest of the pair on disk; undefined without a pair that fits together. iron-proxy reads it only when it starts. */
  readonly digest?: string;
  readonly reason?: Reason;
}

/**
 * Writes the certificate authority to disk. The private key is decrypted only when the certificate has changed, not at
 * every poll. A pair that doesn't fit together never replaces one that does.
 */
export async function ensureAuthority(host: Host, wanted: Wanted | undefined): Promise<Authority> {
  const present = await presentAuthority(host);
  if (wanted === undefined) return present;
  const { certificate, manifest } = wanted;
  if (certificate === undefined)
    return lacking(present, `${manifest.ca.certificateParameter} does not exist`);
  if (present.digest !== undefined && (await host.read(host.paths.certificate)) === certificate)
    return present;
  try {
    const name = manifest.ca.keyParameter;
    const key = (await host.getParameters([name], true)).parameters.find((one) => one.name === name)?.value;
    if (key === undefined) return lacking(present, `${name} does not exist`);
    if (!fits(certificate, key)) return lacking(present, 'the certificate and the key are not one authority');
    await host.write(host.paths.key, key, { mode: 0o640, group: 'iron-proxy' });
    await host.write(host.paths.certificate, certificate, { mode: 0o640, group: 'iron-proxy' });
    return { digest: sha256(certificate + key) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return lacking(present, error.message);
  }
}

async function presentAuthority(host: Host): Promise<Authority> {
  const certificate = await host.read(host.paths.certificate);
  const key = await host.read(host.paths.key);
  if (certificate === undefined || key === undefined) return lacking({}, 'it has not arrived yet');
  return fits(certificate, key)
    ? { digest: sha256(certificate + key) }
    : lacking({}, 'the pair on disk does not fit');
}

function lacking({ digest }: Authority, detail: string): Authority {
  return { digest, reason: reason('ca-unusable', detail) };
}

/** Without the cause: OpenSSL's errors could quote the key. */
function fits(certificate: string, key: string): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.ca && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
