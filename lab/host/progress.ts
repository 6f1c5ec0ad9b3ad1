/** Told while a lab runs. */
export interface Progress {
  readonly network: (name: string, what: string, proofs: number) => void;
  /** One proof is done. */
  readonly done: () => void;
  /** After the last network, also when the run failed. */
  readonly end: () => void;
}
