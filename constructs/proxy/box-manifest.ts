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
}
