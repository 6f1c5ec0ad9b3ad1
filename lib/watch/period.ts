export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A sum within the present period, UTC. A clock that jumps, forward or back, begins another period. */
export class Period {
  private index = Number.NaN;
  private sum = 0;

  constructor(private readonly length: number) {}

  /** @returns the sum with this amount */
  add(amount: number, at: number): number {
    const index = Math.floor(at / this.length);
    if (index !== this.index) this.sum = 0;
    this.index = index;
    this.sum += amount;
    return this.sum;
  }
}
