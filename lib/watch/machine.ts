/** A machine of the stack, by its tags. */
export interface Machine {
  readonly id: string;
  readonly agent: string;
  readonly part: string;
  readonly address: string;
  /** Absent behind a NAT or transit gateway. */
  readonly publicAddress?: string;
  readonly volumes: readonly string[];
  /** Ids of its network interfaces. */
  readonly interfaces: readonly string[];
}
