import {
  type CertificateAuthority,
  makeCertificateAuthority,
} from '../../../constructs/provider/resources/agent-secrets/certificate-authority';
import { Authority } from '../../../lab/proxy/programs/internet/authority';

export interface Certificates {
  readonly authority: CertificateAuthority;
  readonly cert: string;
  readonly key: string;
}

/** An authority, and one certificate from it for all these hosts. */
export async function certificatesFor(hosts: readonly string[]): Promise<Certificates> {
  const authority = await makeCertificateAuthority('upstreams of a replay', new Date());
  const { certificate, privateKey } = authority;
  return { authority, ...(await Authority.of(certificate, privateKey).pairFor(...hosts)) };
}
