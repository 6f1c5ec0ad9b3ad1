/** Something that a whole trail doesn't have. */
export interface Finding {
  readonly kind: /** Lines of these numbers are nowhere. */
    | 'missing'
    /** A line isn't the one that the next line, another copy or a head is about. */
    | 'changed'
    | 'reordered'
    /** A line that isn't linked, after the first one that is. */
    | 'foreign'
    /** A chain that begins on a box which had one, and doesn't say where that one ended. */
    | 'restarted'
    | 'late';
  readonly chain?: string;
  /** Numbers of lines in the chain. */
  readonly from?: number;
  readonly to?: number;
  /** Lines that it is about. */
  readonly lines: number;
  /** Seconds of the line that came latest. */
  readonly seconds?: number;
}

export interface ChainSeen {
  readonly chain: string;
  /** Digest of the machine's id, of a chain that began in the window. */
  readonly box?: string;
  /** Why it began, if it did in the window. */
  readonly why?: string;
  /** Its first line in the window: what was before it isn't judged. */
  readonly first: { readonly seq: number; readonly time: string; readonly prev: string };
  readonly last: { readonly seq: number; readonly time: string; readonly digest: string };
}

export interface Verdict {
  readonly whole: boolean;
  readonly lines: number;
  readonly chains: readonly ChainSeen[];
  readonly findings: readonly Finding[];
  /** Heads that a line matches; that are so new that their line may be on its way; whose line is before the window. */
  readonly heads: { readonly matched: number; readonly pending: number; readonly before: number };
  /** Lines that came twice, the same: the log agent sends again what nobody confirmed. */
  readonly doubled: number;
  /** Lines of the time before records were linked. */
  readonly unlinked: number;
  /** How often the box's clock went back. */
  readonly clockBack: number;
}
