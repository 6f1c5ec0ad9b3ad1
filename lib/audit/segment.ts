/** Bytes of a digest that are kept for each line: enough that nobody finds another line with the same. */
const KEPT = 16;

/** Lines of one chain that followed each other without a break. */
export class Segment {
  private digests = Buffer.alloc(KEPT * 64);
  private count = 0;
  /** Digest of the last line, whole. */
  tail = '';
  lastTime = '';

  constructor(
    /** Segments in the order in which they began. */
    readonly arrival: number,
    readonly first: number,
    /** What its first line says of the line before. */
    readonly prev: string,
    readonly firstTime: string,
  ) {}

  get last(): number {
    return this.first + this.count - 1;
  }

  add(digest: string, time: string): void {
    const at = this.count * KEPT;
    if (at === this.digests.length)
      this.digests = Buffer.concat([this.digests, Buffer.alloc(this.digests.length)]);
    this.digests.write(digest, at, KEPT, 'hex');
    this.count += 1;
    this.tail = digest;
    this.lastTime = time;
  }

  has(seq: number): boolean {
    return seq >= this.first && seq <= this.last;
  }

  /** Whether its line of this number has this digest. */
  matches(seq: number, digest: string): boolean {
    const at = (seq - this.first) * KEPT;
    return digest.startsWith(this.digests.toString('hex', at, at + KEPT));
  }

  /** Whether both hold the same line of this number. */
  agrees(other: Segment, seq: number): boolean {
    const [mine, its] = [(seq - this.first) * KEPT, (seq - other.first) * KEPT];
    return this.digests.compare(other.digests, its, its + KEPT, mine, mine + KEPT) === 0;
  }
}
