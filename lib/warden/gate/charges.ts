import { fieldOf } from '../../json';
import { dayOf } from '../../policy/gate/spend/sums';

const DAY = 86_400_000;

interface SavedCharges {
  readonly byDay: readonly (readonly [string, number])[];
  readonly since: string;
  readonly isCut: boolean;
}

/** Charges of model calls, as the records have them. */
export class Charges {
  /** Micro-USD by day. */
  readonly byDay: Map<string, number>;
  /** The first day of which every record is there; '' for all. */
  since: string;
  /** Whether the file has records before those that are read. */
  private isCut: boolean;

  constructor({ byDay, since, isCut }: SavedCharges = { byDay: [], since: '', isCut: false }) {
    this.byDay = new Map(byDay);
    this.since = since;
    this.isCut = isCut;
  }

  save() {
    return { byDay: [...this.byDay], since: this.since, isCut: this.isCut };
  }

  saw(record: unknown, at: number): void {
    if (Number.isNaN(at)) return;
    if (this.isCut) this.since = dayOf(at + DAY);
    this.isCut = false;
    const microUsd = fieldOf(record, 'microUsd');
    if (fieldOf(record, 'record') !== 'charge' || typeof microUsd !== 'number') return;
    this.byDay.set(dayOf(at), (this.byDay.get(dayOf(at)) ?? 0) + microUsd);
  }
}
