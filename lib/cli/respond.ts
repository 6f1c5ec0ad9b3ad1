import type { Context } from './context';
import { printable, printableData, printableJson } from './printable';

/** How one command shows a result: as data for programs, as lines for people, and as an exit code for scripts. */
export interface Views<R> {
  readonly json?: (result: R) => unknown;
  readonly lines: (result: R, context: Context) => readonly string[];
  /** Lines for stderr, with `--json` too: warnings. */
  readonly notes?: (result: R, context: Context) => readonly string[];
  readonly exitCode: (result: R) => number;
  /**
   * Whether the command has nothing of what it was asked for, so that its lines belong on stderr and a pipe stays
   * empty. @default a result is an answer, bad news included
   */
  readonly failed?: (result: R) => boolean;
}

/** The one door to the terminal: whatever a result holds is made printable before a view may dress it. */
export function respond<R>(context: Context, asJson: boolean | undefined, result: R, views: Views<R>): void {
  context.exitCode = views.exitCode(result);
  const safe = printableData(result);
  for (const note of views.notes?.(safe, context) ?? []) context.terminal.stderr(`${note}\n`);
  if (asJson && views.json) {
    context.terminal.stdout(`${printableJson(views.json(result))}\n`);
    return;
  }
  const lines = views.lines(safe, context);
  const write = views.failed?.(result) ? context.terminal.stderr : context.terminal.stdout;
  if (lines.length > 0) write(`${lines.join('\n')}\n`);
}

/** A failure that is no result: one line on stderr, or an object on stdout for programs. */
export function fail(
  context: Context,
  asJson: boolean | undefined,
  message: string,
  details: object = {},
): void {
  context.exitCode = 1;
  if (asJson) context.terminal.stdout(`${printableJson({ error: message, ...details })}\n`);
  else context.terminal.stderr(`${context.colours.red('error:')} ${printable(message)}\n`);
}
