import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { CA_CERTIFICATE, CA_KEY, type Told } from './fake-account';
import type { FakeSsm } from './fake-ssm';

/** The certificate that was handed out is the stored one, and the stored key is its own. */
export function expectPair(ssm: FakeSsm, told: Told): void {
  const certificate = ssm.newest(CA_CERTIFICATE)?.Value ?? '';
  expect(told.Data?.CaCertificate).toBe(certificate);
  const key = createPublicKey(createPrivateKey(ssm.newest(CA_KEY)?.Value ?? ''));
  expect(key.export({ type: 'spki', format: 'pem' })).toBe(
    new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }),
  );
}
