import { makeCertificateAuthority } from '../../../constructs/provider/resources/agent-secrets/certificate-authority';

export interface Authority {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority as the deployment makes it, for this run only: no fixture holds a key. */
export async function makeAuthority(name: string): Promise<Authority> {
  const { certificate, privateKey } = await makeCertificateAuthority(name, new Date());
  return { certificate, key: privateKey };
}
