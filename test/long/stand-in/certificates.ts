import '../../../constructs/provider/resources/agent-secrets/reflection';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import {
  type CertificateAuthority,
  makeCertificateAuthority,
} from '../../../constructs/provider/resources/agent-secrets/certificate-authority';

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

export interface Certificates {
  readonly authority: CertificateAuthority;
  readonly cert: string;
  readonly key: string;
}

/** An authority, and one certificate from it for all these hosts. */
export async function certificatesFor(hosts: readonly string[]): Promise<Certificates> {
  const now = Date.now();
  const authority = await makeCertificateAuthority('upstreams of a replay', new Date(now));
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const der = createPrivateKey(authority.privateKey).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, P256, false, ['sign']);
  const leaf = await X509CertificateGenerator.create(
    {
      subject: 'CN=every host',
      issuer: new X509Certificate(authority.certificate).subject,
      notBefore: new Date(now - 60_000),
      notAfter: new Date(now + 24 * 3600_000),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: P256,
      extensions: [
        new SubjectAlternativeNameExtension(
          hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
        ),
        new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION]),
      ],
    },
    webcrypto,
  );
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { authority, cert: leaf.toString('pem'), key };
}
