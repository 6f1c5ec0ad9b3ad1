import { fieldOf } from '../../json';
import { dayOf } from '../../policy/gate/spend/sums';

const DAY = 86_400_000;

/** Charges of model calls, as the records have them. */
export class Charges {
  /** Micro-USD by day. */
  readonly byDay = new Map<string, number>();
  /** The first day of which every record is there; '' for all. */
  since = '';

  /** @param isCut Whether the file has records before those that are read. */
  constructor(private isCut: boolean) {}

  saw(record: unknown, at: number): void {
    if (Number.isNaN(at)) return;
    if (this.isCut) this.since = dayOf(at + DAY);
    this.isCut = false;
    const microUsd = fieldOf(record, 'microUsd');
    if (fieldOf(record, 'record') !== 'charge' || typeof microUsd !== 'number') return;
    this.byDay.set(dayOf(at), (this.byDay.get(dayOf(at)) ?? 0) + microUsd);
  }
}
