import '../../../../constructs/provider/resources/agent-secrets/reflection';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { makeCertificateAuthority } from '../../../../constructs/provider/resources/agent-secrets/certificate-authority';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 3600 * 1000;

/** The CA of the lab's internet: made for one run, and trusted by that run's proxy boxes only. */
export class Authority {
  private readonly contexts = new Map<string, Promise<SecureContext>>();

  private constructor(
    /** PEM. */
    readonly certificate: string,
    private readonly privateKey: string,
  ) {}

  static async make(): Promise<Authority> {
    const { certificate, privateKey } = await makeCertificateAuthority("the lab's internet", new Date());
    return new Authority(certificate, privateKey);
  }

  /** @param certificate PEM @param privateKey PKCS #8 PEM of a P-256 key */
  static of(certificate: string, privateKey: string): Authority {
    return new Authority(certificate, privateKey);
  }

  /** The certificate of one name, made once. */
  contextFor(name: string): Promise<SecureContext> {
    const known = this.contexts.get(name) ?? this.pairFor(name).then(createSecureContext);
    this.contexts.set(name, known);
    return known;
  }

  /** One certificate for all of these names and addresses; the first is its subject. */
  async pairFor(...names: readonly string[]): Promise<{ readonly cert: string; readonly key: string }> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const signingKey = await webcrypto.subtle.importKey(
      'pkcs8',
      PemConverter.decode(this.privateKey)[0] as ArrayBuffer,
      ALGORITHM,
      false,
      ['sign'],
    );
    const issuer = new X509Certificate(this.certificate);
    const leaf = await X509CertificateGenerator.create(
      {
        subject: [{ CN: names.slice(0, 1) }],
        issuer: issuer.subject,
        notBefore: new Date(Date.now() - DAY),
        notAfter: new Date(Date.now() + DAY),
        publicKey: keys.publicKey,
        signingKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
          ),
        ],
      },
      webcrypto,
    );
    const key = PemConverter.encode(
      await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
      'PRIVATE KEY',
    );
    return { cert: leaf.toString('pem'), key };
  }
}
