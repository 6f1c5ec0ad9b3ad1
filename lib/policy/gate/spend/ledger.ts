import * as z from 'zod/mini';
import { jsonIn } from '../../../json';

const microUsd = z.int().check(z.minimum(0), z.maximum(1e15));
const amounts = { day: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)), today: microUsd, earlier: microUsd };
export const amountsSchema = z.strictObject(amounts);
export const entrySchema = z.strictObject({ box: z.string().check(z.regex(/^[0-9a-z]{1,16}$/)), ...amounts });
const ledgerSchema = z.array(entrySchema).check(z.maxLength(40));

/** Micro-USD of one day and of its month's days before. */
export type Amounts = z.infer<typeof amountsSchema>;
/** What one proxy box may charge at most. */
export type LedgerEntry = z.infer<typeof entrySchema>;

/** Entries that stay apart; more become one, so that the text fits a Standard parameter. */
const MOST = 20;

/** What each proxy box of an agent may charge, from its parameter. Undefined when it isn't a text that a proxy box writes. */
export function readLedger(text: string): readonly LedgerEntry[] | undefined {
  const read = ledgerSchema.safeParse(jsonIn(text));
  return read.success ? read.data : undefined;
}

/** The ledger with this entry of the box itself, as text. Earlier months stay a while: its clock may have been ahead. */
export function ledgerText(ledger: readonly LedgerEntry[], own: LedgerEntry): string {
  const others = ledger.filter(({ box }) => box !== own.box);
  const old = others.splice(0, Math.max(0, others.length - MOST));
  const joined = old.length > 0 ? [{ box: 'others', day: own.day, ...sumAt(own.day, old) }] : [];
  return JSON.stringify([...joined, ...others, own]);
}

/** Sums by this day. An entry of a later day counts as of this day: its box's clock may have been ahead. */
export function sumAt(now: string, all: readonly Amounts[]): Omit<Amounts, 'day'> {
  const sum = { today: 0, earlier: 0 };
  for (const { day, today, earlier } of all) {
    if (day < now.slice(0, 7)) continue;
    sum.today += day >= now ? today : 0;
    sum.earlier += day >= now ? earlier : earlier + today;
  }
  return sum;
}
