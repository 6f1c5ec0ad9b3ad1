/** What the checks ask of the deployed stack. Every answer may fail: the check says so and fails itself. */
export interface Live {
  /** The machines of the cell, by tag. */
  machines(): Promise<readonly LiveMachine[]>;
  /** When the newest finished snapshot of the state volume was begun; nothing when there is none. */
  newestSnapshot(): Promise<Date | undefined>;
  /** Whether each parameter has been given a value since the deployment made it, never the value itself. */
  isSet(parameter: string): Promise<boolean>;
  /** A parameter in plain text; nothing when it doesn't exist. */
  text(parameter: string): Promise<string | undefined>;
  /** Lines of the audit log since then, newest pages last, and whether those are all. */
  auditLines(since: Date): Promise<{ readonly lines: readonly string[]; readonly isAll: boolean }>;
}

export interface LiveMachine {
  readonly id: string;
  readonly part: 'agent-host' | 'proxy-box';
  readonly state: string;
  readonly hasPublicAddress: boolean;
  readonly hasProfile: boolean;
}
