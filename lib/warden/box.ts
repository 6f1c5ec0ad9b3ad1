/** Which box this is: from its user data, from instance metadata, and the warden that runs. */
export interface Box {
  readonly stack: string;
  readonly agent: string;
  /** The box parameter's name. */
  readonly parameter: string;
  readonly region: string;
  /** The box's own private IPv4 address: the answer to every DNS question. */
  readonly address: string;
  /** SHA-256 of the running warden. */
  readonly warden: string;
}
