import { type GrantInForce, type GrantsFile, liveGrants } from './grants-file';

/** Grants as the gate has them: which are live at this moment, and how often each was used. */
export class GateGrants {
  private file: GrantsFile | undefined;

  constructor(
    /** Uses by grant; more than a restarted gate itself has seen, from the records. */
    private readonly used: Map<string, number>,
    private readonly monotonic: () => number,
  ) {}

  /** @returns grants that it hasn't had, and those that it has no more */
  compare(file: GrantsFile | undefined) {
    const [before, after] = [this.file?.grants ?? [], file?.grants ?? []];
    const missing = (from: readonly GrantInForce[], all: readonly GrantInForce[]) =>
      all.filter(({ id }) => !from.some((one) => one.id === id));
    return { fresh: missing(before, after), gone: missing(after, before) };
  }

  /** @param unrecorded Grants that have no record: they stay shut. */
  set(file: GrantsFile | undefined, unrecorded: readonly GrantInForce[]): void {
    this.file = file && { ...file, grants: file.grants.filter((grant) => !unrecorded.includes(grant)) };
  }

  /** @param own a grant that lets pass the request in question: that use is counted already */
  live(own?: string): readonly GrantInForce[] {
    return liveGrants(this.file, this.monotonic()).filter(
      ({ id, count }) => id === own || (this.used.get(id) ?? 0) < (count ?? Number.POSITIVE_INFINITY),
    );
  }

  use(id: string): void {
    this.used.set(id, (this.used.get(id) ?? 0) + 1);
  }
}
