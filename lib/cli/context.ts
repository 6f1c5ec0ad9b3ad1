import pc from 'picocolors';
import type { Services } from './services';
import type { Terminal } from './terminal';

/** Exit codes that every command keeps to. */
export const EXIT = { ok: 0, problem: 1, refused: 2 } as const;

/** What a command's action gets: where to print, in which colours, and where its exit code goes. */
export interface Context {
  readonly terminal: Terminal;
  readonly services: Services;
  readonly colours: ReturnType<typeof pc.createColors>;
  /** Columns that a person sees, at most 100: longer lines are hard to read. */
  readonly width: number;
  exitCode: number;
}

export function createContext(terminal: Terminal, services: Services): Context {
  return {
    terminal,
    services,
    colours: pc.createColors(terminal.stdoutIsTerminal && wantsColour(terminal.env)),
    width: Math.max(60, Math.min(terminal.columns ?? 100, 100)),
    exitCode: EXIT.ok,
  };
}

/** NO_COLOR counts when it is set and not empty (no-color.org); a dumb terminal has no colours. */
function wantsColour(env: Terminal['env']): boolean {
  return !env.NO_COLOR && env.TERM !== 'dumb';
}
