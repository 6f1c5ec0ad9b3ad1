import type { Day } from '../names';

/**
 * The box parameter, the only parameter whose name is on a proxy box. It says which policy, certificate and software belong
 * on the box; by the digests warden recognises a half-updated set of parameters. CDK writes it, warden reads it.
 */
export interface BoxManifest {
  readonly format: 1;
  readonly stack: string;
  readonly agent: string;
  readonly policy: {
    /** Parameter names in order; their texts joined are the policy bundle. */
    readonly parameters: readonly string[];
    /** SHA-256 of the joined text, lower-case hex. */
    readonly sha256: string;
  };
  readonly ca: { readonly certificateParameter: string; readonly keyParameter: string };
  readonly warden: { readonly bucket: string; readonly key: string; readonly sha256: string };
  /** Absent until a release is pinned: iron-proxy isn't installed, and the box serves no request. */
  readonly ironProxy?: { readonly version: string; readonly url: string; readonly sha256: string };
  /** Where the box puts its records, and the key that encrypts them there. Absent without an archive. */
  readonly archive?: { readonly bucket: string; readonly keyArn: string };
  /** The release of Amazon Linux that belongs on the box, and the hour of the week, UTC, in which the box may upgrade. */
  readonly amazonLinux?: { readonly release: string; readonly day: Day; readonly hour: number };
}

/** Whether a release of Amazon Linux comes before another: part by part, as numbers. */
export function isOlder(release: string, other: string): boolean {
  const [one, two] = [release, other].map((text) => text.split('.').map(Number));
  const at = one?.findIndex((part, index) => part !== two?.[index]) ?? -1;
  return at >= 0 && (one?.[at] ?? 0) < (two?.[at] ?? 0);
}
