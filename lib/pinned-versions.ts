/**
 * Every version and source that the kit pins and npm doesn't: the one file to edit for a newer one. The runtimes on
 * agent hosts are pinned in `constructs/agent-host/runtimes/pinned.ts`, because constructs import nothing from `lib`.
 */
import type { OperatingSystem } from './config/model';

/**
 * iron-proxy, the program that lets requests out. 0.50.0 is the newest stable release known when this was written; the
 * behaviour that the policy compiler and the decider rely on was read from the source of 0.46.0-rc.1. The pin is a
 * default for `airlock software pin`, which writes what it verified to `software.lock.json`: that file, not this
 * one, decides what a box runs.
 *
 * The key that signs its releases is not shipped here, because it could not be obtained from its publisher when this
 * was written, and a key from anywhere else would be worth nothing. The command therefore takes it as a file, and
 * shows its fingerprint for a person to compare.
 */
export const IRON_PROXY = {
  name: 'iron-proxy',
  version: '0.50.0',
  readVersion: '0.46.0-rc.1',
  repository: 'https://github.com/ironsh/iron-proxy',
  /** The key's path in that repository; it is made to expire after a year. */
  keyFile: 'public-key.asc',
  /** Where the files of a release lie; `{version}` stands for the version. */
  releaseUrl: 'https://github.com/ironsh/iron-proxy/releases/download/v{version}',
  checksumsFile: 'checksums.txt',
  /** Armored detached signature of the checksums file. */
  signatureFile: 'checksums.txt.asc',
  /** The one platform of the proxy boxes. */
  archiveFile: 'iron-proxy_{version}_linux_arm64.tar.gz',
} as const;

/**
 * Major versions of Node.js: on the proxy boxes (Amazon Linux package `nodejs22`, for warden) and in Lambda (for the
 * secrets provider). Both programs are built for the older of the two.
 */
export const NODE_MAJOR = { proxyBox: 22, lambda: 24 } as const;

export interface ImageSource {
  /** Public Systems Manager parameter that holds the id of the newest image. */
  readonly parameter: string;
  /** Whose image it must be: an account id, or the alias EC2 gives to Amazon's own. */
  readonly owner: { readonly account: string } | { readonly alias: 'amazon' };
}

export type ImageSourceName = OperatingSystem | 'amazon-linux-2023';

/**
 * Where `airlock images pin` finds images; all arm64. Debian's are published by its cloud team (account
 * 136693071363). Amazon Linux is the standard image, not the minimal one: it brings cloud-init, the AWS CLI and the
 * Instance Connect helper, so a box installs little before it can serve.
 */
export const IMAGE_SOURCES: Readonly<Record<ImageSourceName, ImageSource>> = {
  'debian-13': {
    parameter: '/aws/service/debian/release/13/latest/arm64',
    owner: { account: '136693071363' },
  },
  'debian-12': {
    parameter: '/aws/service/debian/release/12/latest/arm64',
    owner: { account: '136693071363' },
  },
  'amazon-linux-2023': {
    parameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
    owner: { alias: 'amazon' },
  },
};
