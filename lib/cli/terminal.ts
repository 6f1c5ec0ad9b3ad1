/** Everything the command line takes from its process, so that a test can run a command without one. */
export interface Terminal {
  /** Where reports go. Text is written as it is: callers make it safe first (`printable`). */
  readonly stdout: (text: string) => void;
  /** Where errors, warnings and progress go. */
  readonly stderr: (text: string) => void;
  /** Everything that is piped in, read to its end; undefined when stdin is a terminal. */
  readonly stdin: () => Promise<Uint8Array | undefined>;
  /** One line that a person types after the prompt; undefined when the person leaves. @default nobody can be asked */
  readonly line?: (prompt: string) => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory, absolute. */
  readonly cwd: string;
  /** The Node.js that runs this: child programs run on the same one. */
  readonly node: string;
  /** Whether a person sees stdout: colour needs it. */
  readonly stdoutIsTerminal: boolean;
  /** Whether a person sees stderr: progress needs it. */
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal. @default 100, when nobody is looking */
  readonly columns?: number;
  readonly now: () => Date;
}
