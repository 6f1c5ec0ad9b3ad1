import './reflection';
import { createHash, createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/**
 * P-256: iron-proxy signs P-256 leaves anyway, so a client without it could not be served whatever the CA's key is;
 * and the certificate travels in 16 KB of user data and 4 KB of response, where RSA-4096 would take three times as much.
 */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Ten years. A new CA stops and starts the agent host, so it must not come as a surprise; and a shorter life would gain
 * little: one machine trusts this CA, its key is on one other machine, and both are deleted with the agent.
 */
const LIFETIME_YEARS = 10;

/** In its last year the CA is replaced by the first deployment that touches it. */
const RENEWAL_MS = 365 * 24 * 3600 * 1000;

/** The boxes' clocks may be behind when they first meet it. */
const CLOCK_SKEW_MS = 3600 * 1000;

export interface CertificateAuthority {
  /** PEM, public. */
  readonly certificate: string;
  /** PKCS #8 PEM. Goes into one SecureString and nowhere else (SEC-3). */
  readonly privateKey: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex: tells a pair without decrypting its half. */
  readonly publicKeySha256: string;
}

/**
 * A CA for the leaves iron-proxy makes: it may sign leaves only (pathlen 0), of any host, because the policy and not
 * the certificate decides which hosts there are (so no name constraints). The subject key identifier is what strict
 * verifiers (OpenSSL's X509_STRICT, the default of recent Pythons) look for.
 */
export async function makeCertificateAuthority(subject: string, now: Date): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + LIFETIME_YEARS);
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: [subject] }, { O: ['Agent Airlock'] }],
      notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
      notAfter,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const certificate = `${made.toString('pem').trim()}\n`;
  const privateKey = `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`;
  createPrivateKey(privateKey);
  return { certificate, privateKey, publicKeySha256: publicKeySha256(new X509Certificate(certificate)) };
}

/** The fingerprint of a certificate that can still serve as a CA, or nothing. */
export function usablePublicKey(certificate: string, now: Date): string | undefined {
  try {
    const parsed = new X509Certificate(certificate);
    const left = Date.parse(parsed.validTo) - now.getTime();
    return parsed.ca && left > RENEWAL_MS ? publicKeySha256(parsed) : undefined;
  } catch {
    return undefined;
  }
}

function publicKeySha256(certificate: X509Certificate): string {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Positive, 127 random bits, never the same for two CAs of one name. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
