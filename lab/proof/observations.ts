import { judge, type ProofReport } from './judge';
import type { Observation, Proof } from './proof';

/** The place that is no weakened copy. */
export const SHIPPED = 'shipped';

/** The place in which all locks but one are open. */
export const onlyLock = (lock: string) => `only ${lock}`;

/** What each proof showed in each place of one run. */
export class Observations {
  private readonly seen = new Map<string, Observation>();

  note(place: string, id: string, observation: Observation): void {
    this.seen.set(`${place}\n${id}`, observation);
  }

  of(place: string, { id }: Pick<Proof, 'id'>): Observation | undefined {
    return this.seen.get(`${place}\n${id}`);
  }

  /** Whether it held where nothing was weakened, so that it must now be seen to fail. */
  held(proof: Pick<Proof, 'id'>): boolean {
    return this.of(SHIPPED, proof)?.result === 'held';
  }

  judge(proof: Proof): ProofReport {
    return judge(proof, {
      shipped: this.of(SHIPPED, proof),
      weakened: (place) => this.of(place, proof),
      alone: (lock) => this.of(onlyLock(lock), proof),
    });
  }
}
