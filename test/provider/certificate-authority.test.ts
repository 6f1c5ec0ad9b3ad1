import '../../constructs/provider/resources/agent-secrets/reflection';
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import {
  ExtendedKeyUsageExtension,
  X509Certificate as PeculiarCertificate,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import {
  type CertificateAuthority,
  makeCertificateAuthority,
  usablePublicKey,
} from '../../constructs/provider/resources/agent-secrets/certificate-authority';
import { caSubject, readAgentSecrets } from '../../constructs/provider/resources/agent-secrets/properties';
import { listening } from '../support/listening';
import { properties } from './fake-account';

const NOW = new Date();
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
let ca: CertificateAuthority;
let certificate: X509Certificate;
beforeAll(async () => {
  ca = await makeCertificateAuthority('Airlock airlock/scout', NOW);
  certificate = new X509Certificate(ca.certificate);
});

/** A leaf as iron-proxy makes one: P-256, one DNS name, server authentication. */
async function issue(host: string) {
  const algorithm = { ...P256 };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const der = createPrivateKey(ca.privateKey).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  const leaf = await X509CertificateGenerator.create(
    {
      subject: `CN=${host}`,
      issuer: new PeculiarCertificate(ca.certificate).subject,
      notBefore: new Date(NOW.getTime() - 60_000),
      notAfter: new Date(NOW.getTime() + 3600_000),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      extensions: [
        new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      ],
    },
    webcrypto,
  );
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: leaf.toString('pem'), key };
}

test('is what iron-proxy loads: a CA with a PKCS #8 P-256 key of its own', () => {
  expect(certificate.ca).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(ca.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/);
  const key = createPrivateKey(ca.privateKey);
  expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(createPublicKey(key).equals(certificate.publicKey)).toBe(true);
});

test('may sign leaves only, and its constraints are critical', () => {
  const extensions = new PeculiarCertificate(ca.certificate).extensions.map(({ type, critical, value }) => [
    type,
    critical,
    Buffer.from(value).toString('hex'),
  ]);
  expect(extensions.slice(0, 2)).toEqual([
    ['2.5.29.19', true, '30060101ff020100'], // basicConstraints: CA, pathlen 0
    ['2.5.29.15', true, '03020106'], // keyUsage: keyCertSign, cRLSign
  ]);
  expect(extensions[2]?.slice(0, 2)).toEqual(['2.5.29.14', false]); // subjectKeyIdentifier
  expect(extensions).toHaveLength(3);
});

test('names stack and agent, lives ten years, and has a positive serial of its own', async () => {
  expect(certificate.subject).toBe('CN=Airlock airlock/scout\nO=Agent Airlock');
  expect(certificate.issuer).toBe(certificate.subject);
  const years = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / (365.25 * 86_400_000);
  expect(years).toBeCloseTo(10, 1);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(NOW.getTime());
  expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  const second = await makeCertificateAuthority('Airlock airlock/scout', NOW);
  expect(new X509Certificate(second.certificate).serialNumber).not.toBe(certificate.serialNumber);
  expect(second.publicKeySha256).not.toBe(ca.publicKeySha256);
});

test('fits beside everything else: certificate below 1 KB, key below a parameter', () => {
  expect(ca.certificate.length).toBeLessThan(1024);
  expect(ca.privateKey.length).toBeLessThan(4096);
});

test('is trusted for any host it signs, and for no other name', async () => {
  const { cert, key } = await issue('api.example.com');
  const server = createServer({ cert, key, ca: ca.certificate }, (socket) => socket.end('hello'));
  const port = await listening(server);
  const attempt = (servername: string, trusted: string | undefined) =>
    new Promise<string>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername, ca: trusted }, () => resolve('trusted'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('data', () => socket.destroy());
    });
  try {
    expect(await attempt('api.example.com', ca.certificate)).toBe('trusted');
    expect(await attempt('other.example.com', ca.certificate)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await attempt('api.example.com', undefined)).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  } finally {
    await new Promise((closed) => server.close(closed));
  }
});

test.each([
  ['text', 'nonsense'],
  ['nothing', ''],
])('%s is no usable certificate', (_, text) => {
  expect(usablePublicKey(text, NOW)).toBeUndefined();
});

test('a leaf is no usable CA certificate', async () => {
  expect(usablePublicKey((await issue('api.example.com')).cert, NOW)).toBeUndefined();
});

test.each([
  ['as given', { CaSubject: 'My CA' }, 'My CA'],
  ['by default', {}, 'Airlock airlock/scout'],
])('its subject is %s', (_, changes, subject) => {
  expect(caSubject(readAgentSecrets(properties(changes)))).toBe(subject);
});

test('its subject is cut to the 64 characters a common name may have', () => {
  const stack = 's'.repeat(128);
  const long = readAgentSecrets({
    ...properties({ Parameters: [] }),
    CaKeyParameter: `/${stack}/scout/ca/private-key`,
    CaCertificateParameter: `/${stack}/scout/ca/certificate`,
  });
  expect(caSubject(long)).toHaveLength(64);
});
