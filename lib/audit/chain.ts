import * as crypto from 'node:crypto';

/** The last line of a chain, or the line that somebody saw last. */
export interface Head {
  /** Names the chain: each begins with a `record: chain` line. */
  readonly chain: string;
  /** Number of the line in its chain, from 1. */
  readonly seq: number;
  /** SHA-256 of the line without its line break, in hex. */
  readonly digest: string;
}

/** What a line says of its place: its number, and the digest of the line before it. */
export interface Link {
  readonly seq: number;
  readonly prev: string;
  readonly chain: string;
}

/** Stands in the first line of a chain for the line before it. */
export const NO_LINE = '0'.repeat(64);
/** Most bytes that a link adds to a record. */
export const LINK_BYTES = 120;

const LINK = /,"seq":([1-9][0-9]{0,14}),"prev":"([0-9a-f]{64})","chain":"([0-9a-f]{12})"\}$/;

/** Node 20.12 has the function that makes no object for each digest. */
const oneShot: typeof crypto.hash | undefined = crypto.hash;

export function digestOf(line: string): string {
  return oneShot ? oneShot('sha256', line) : crypto.createHash('sha256').update(line).digest('hex');
}

/** Adds its place in a chain to a record, which is a JSON object on one line. @returns the line, and the chain's new head */
export function linked(record: string, { chain, seq, digest }: Head): { line: string; head: Head } {
  const line = `${record.slice(0, -1)},"seq":${seq + 1},"prev":"${digest}","chain":"${chain}"}`;
  return { line, head: { chain, seq: seq + 1, digest: digestOf(line) } };
}

/** The link stands at the end, where no byte of a record's values can: JSON would quote it. */
export function linkOf(line: string): Link | undefined {
  const [, seq, prev = '', chain = ''] = LINK.exec(line.slice(-LINK_BYTES - 1)) ?? [];
  return seq === undefined ? undefined : { seq: Number(seq), prev, chain };
}

/** The head that a whole line makes. */
export function headOf(line: string): Head | undefined {
  const link = linkOf(line);
  return link && { chain: link.chain, seq: link.seq, digest: digestOf(line) };
}

/** A head that somebody else wrote down. */
export function readHead(value: unknown): Head | undefined {
  const { chain, seq, digest } = (value ?? {}) as Partial<Record<keyof Head, unknown>>;
  const isHead =
    typeof chain === 'string' &&
    /^[0-9a-f]{12}$/.test(chain) &&
    typeof digest === 'string' &&
    /^[0-9a-f]{64}$/.test(digest) &&
    Number.isSafeInteger(seq) &&
    (seq as number) > 0;
  return isHead ? { chain, seq: seq as number, digest } : undefined;
}
