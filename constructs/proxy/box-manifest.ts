import type { Day } from '../names';

/**
 * The box parameter: the one thing a proxy box knows by name. It says which policy, which certificate and which
 * software belong on the box; the digests make a half-updated set of parameters recognisable. CDK writes it
 * , warden reads it.
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
  /** Absent until a release is pinned: then iron-proxy is never installed, and the door stays shut. */
  readonly ironProxy?: { readonly version: string; readonly url: string; readonly sha256: string };
  /** The release of Amazon Linux that belongs on the box, and the hour of the week, UTC, in which it may move there. */
  readonly amazonLinux?: { readonly release: string; readonly day: Day; readonly hour: number };
}

/** Whether a release of Amazon Linux comes before another: part by part, as numbers. */
export function isOlder(release: string, other: string): boolean {
  const [one, two] = [release, other].map((text) => text.split('.').map(Number));
  const at = one?.findIndex((part, index) => part !== two?.[index]) ?? -1;
  return at >= 0 && (one?.[at] ?? 0) < (two?.[at] ?? 0);
}
