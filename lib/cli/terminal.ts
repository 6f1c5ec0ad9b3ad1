/** What a command needs of its process; tests pass their own. */
export interface Terminal {
  /** Where reports go. Callers make the text safe first (`printable`). */
  readonly stdout: (text: string) => void;
  /** Where errors, warnings and progress go. */
  readonly stderr: (text: string) => void;
  /** Everything that is piped in, read to its end; undefined when stdin is a terminal. */
  readonly stdin: () => Promise<Uint8Array | undefined>;
  /** One line that a person types after the prompt; undefined when the person leaves. @default nobody can be asked */
  readonly line?: (prompt: string) => Promise<string | undefined>;
  /** The same, and what the person types is not shown. @default nobody can be asked */
  readonly hidden?: (prompt: string) => Promise<string | undefined>;
  /**
   * Runs a program on this terminal until it ends. @returns its status; undefined when it isn't installed.
   *
   * @default there is no terminal to run it on
   */
  readonly session?: (words: readonly string[]) => Promise<number | undefined>;
  /** Calls the listener at the next Ctrl-C, instead of ending. @returns what takes it away */
  readonly onInterrupt?: (listener: () => void) => () => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory, absolute. */
  readonly cwd: string;
  /** Path of the running Node.js, for child programs. */
  readonly node: string;
  /** Whether a person sees stdout: colour needs it. */
  readonly stdoutIsTerminal: boolean;
  /** Whether a person sees stderr: progress needs it. */
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal. @default 100, where stdout is no terminal */
  readonly columns?: number;
  readonly now: () => Date;
}
