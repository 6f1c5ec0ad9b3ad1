import type { ReadBody } from '../body/judge';

/** A request as iron-proxy shows it to the gate: before any header is removed and before any secret is put in. */
export interface GateRequest {
  readonly method: string;
  /** Path and query as iron-proxy's server wrote them again; with scheme and host if the client sent those. */
  readonly target: string;
  readonly host: string;
  /** The name in the TLS handshake; empty without TLS. */
  readonly sni: string;
  readonly headers: HeaderFacts;
  /** Absent where iron-proxy sends none. */
  readonly body?: Buffer | ReadBody;
}

/** What the gate knows of the headers: sizes, and the values that frame a body. */
export interface HeaderFacts {
  /** A name with several values counts for each. */
  readonly fields: number;
  readonly bytes: number;
  readonly longestName: number;
  /** Values of Content-Length, Content-Type and Content-Encoding, by name in lower case. */
  readonly framing: ReadonlyMap<string, readonly string[]>;
  /** In lower case, without those of more than 64 characters. */
  readonly names?: readonly string[];
  /** Whether one asks a vendor of models to serve the request faster, and for more. */
  readonly dearer?: boolean;
}

/** Headers of Bedrock's InvokeModel (AWS's SDK): Converse has fields for them. @param name in lower case */
export function isDearer(name: string): boolean {
  return /^x-amzn-bedrock-(?:performanceconfig-latency|service-tier)$/.test(name);
}

/** The body's announced length; undefined when the client didn't announce one. */
export function announcedLength({ framing }: HeaderFacts): number | undefined {
  const [value = ''] = framing.get('content-length') ?? [];
  return /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}
