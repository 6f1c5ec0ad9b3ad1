import { asciiJson } from '../follow';

/** Lines that may be written at once, and milliseconds after which one more may. Refusals beyond them are counted. */
const [LINES, ONE_MORE] = [100, 10_000];
/** Bytes of a request that a line quotes. */
const QUOTED = 100;

/** Writes what was refused: one JSON line each, and for those of a flood one with their number. */
export class RefusalLog {
  private left = LINES;
  private untold = 0;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {
    setInterval(() => this.refill(), ONE_MORE).unref();
  }

  /** @param bytes What the client had sent: its first line is quoted, as a text within the line. */
  tell(bytes: Buffer, status: number, why: string): void {
    this.untold += 1;
    if (this.left === 0) return;
    this.left -= 1;
    const [asked = ''] = bytes.toString('latin1', 0, QUOTED).split(/[\r\n]/, 1);
    this.line({ status, why, asked });
  }

  private refill(): void {
    if (this.left === 0 && this.untold > 0) this.line({ why: 'more than there are lines for' });
    else this.left = Math.min(LINES, this.left + 1);
  }

  private line(more: object): void {
    const times = this.untold;
    this.untold = 0;
    this.write(
      `${asciiJson({ time: this.now() / 1000, port: '8080', refused: 'connect', times, ...more })}\n`,
    );
  }
}
