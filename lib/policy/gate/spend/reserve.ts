import * as z from 'zod/mini';
import { type Amounts, amountsSchema, entrySchema, type LedgerEntry, sumAt } from './ledger';
import { MICRO, type SpendLimits, type SpendSums } from './sums';

/** What warden last agreed with the agent's parameter. */
export const reserveSchema = z.strictObject({
  /** The entry of this box that is there. */
  own: z.optional(entrySchema),
  /** What the other boxes of the month reserved. */
  others: z.optional(amountsSchema),
  /** Why nothing more can be reserved, and what to do. */
  problem: z.optional(z.string()),
});
export type Reserve = z.infer<typeof reserveSchema>;

/** Percent of the lower limit that a box reserves at once. */
const STEP = 10;

/**
 * What this box may charge. It reserves money in the agent's parameter before it charges any: so the parameter never has less
 * than what passed, and a box that replaces this one counts on from there.
 */
export class SpendReserve {
  private agreed: Reserve = {};
  private dearest = 0;

  /** @param box Another one for each history of charges: what it doesn't have is another box's. */
  constructor(
    private readonly box: string,
    private readonly sums: SpendSums,
  ) {}

  agree(agreed: Reserve): void {
    this.agreed = agreed;
    this.sums.others = agreed.others;
  }

  get problem(): string | undefined {
    return this.agreed.problem;
  }

  /** Why this charge must wait; undefined when it is within what is reserved. */
  lacks(microUsd: number, now: number): string | undefined {
    this.dearest = Math.max(this.dearest, microUsd);
    if (this.left(this.sums.own(now)) >= Math.max(1, microUsd)) return undefined;
    return this.problem ?? 'this proxy box is reserving more of the limit: try again in a moment';
  }

  /** The entry that this box needs: the one it has, until less than half a step is left or the day is another. */
  wanted(limits: SpendLimits, now: number): LedgerEntry {
    const { box, dearest } = this;
    const own = this.sums.own(now);
    const { dailyUsd = Number.POSITIVE_INFINITY, monthlyUsd = dailyUsd } = limits;
    const step = Math.ceil((Math.min(dailyUsd, monthlyUsd) * MICRO * STEP) / 100);
    const left = this.left(own);
    const had = this.agreed.own;
    if (had?.box === box && had.day === own.day && left >= dearest + step / 2) return had;
    return { box, ...own, today: own.today + Math.max(step + dearest, left) };
  }

  private left(own: Amounts): number {
    const had = this.agreed.own?.box === this.box ? [this.agreed.own] : [];
    const { today, earlier } = sumAt(own.day, had);
    return today + earlier - own.today - own.earlier;
  }
}
