import type pc from 'picocolors';
import picocolors from 'picocolors';
import type { Problem } from '../config/model';
import { projectOf } from './project';
import type { Services } from './services';
import type { Terminal } from './terminal';

/** Exit codes that every command keeps to. */
export const EXIT = { ok: 0, problem: 1, refused: 2 } as const;

/** What a command's action gets: where and how to print, and where its exit code goes. */
export interface Context {
  readonly terminal: Terminal;
  /** Of `--profile`, once it is read. */
  services: Services;
  /** The directory with `config`, `cdk.json` and `cdk.out`: found from the working directory upward. */
  readonly project: string;
  readonly colours: ReturnType<typeof pc.createColors>;
  /** Columns for prose, at most 100, because longer lines are hard to read. */
  readonly width: number;
  /** Columns for tables: what the terminal has. A pipe gets each row on one line. */
  readonly columns: number;
  /** `--json`: one JSON document on stdout, and nothing else. */
  json: boolean;
  /** What to tell besides the result, such as a template that is being rebuilt. */
  readonly warnings: Problem[];
  exitCode: number;
  /** Milliseconds by which AWS's clock is ahead of this machine's. @default nothing called AWS */
  clockOffset?: () => number;
  /** Runs another command on a terminal of the caller's, with the same access to AWS. */
  run: (argv: readonly string[], terminal: Terminal) => Promise<number>;
}

export function createContext(terminal: Terminal, services: Services): Context {
  const columns = Math.max(40, terminal.columns ?? 100);
  return {
    terminal,
    services,
    project: projectOf(terminal.cwd),
    colours: picocolors.createColors(terminal.stdoutIsTerminal && wantsColour(terminal.env)),
    width: Math.min(columns, 100),
    columns: terminal.stdoutIsTerminal ? columns : Number.POSITIVE_INFINITY,
    json: false,
    warnings: [],
    exitCode: EXIT.ok,
    run: async () => EXIT.problem,
  };
}

/** NO_COLOR counts when it is set and not empty (no-color.org); a dumb terminal has no colours. */
function wantsColour(env: Terminal['env']): boolean {
  return !env.NO_COLOR && env.TERM !== 'dumb';
}
