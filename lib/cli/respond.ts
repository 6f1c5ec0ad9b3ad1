import type { Problem } from '../config/model';
import { printable, printableData, printableJson } from '../printable';
import { type Context, EXIT } from './context';
import { problemData, warningLines } from './problems';

/** How one command shows a result: as data for programs, as lines for people, and as an exit code for scripts. */
export interface Views<R> {
  /** An object. @default the result itself */
  readonly json?: (result: R) => unknown;
  readonly lines: (result: R, context: Context) => readonly string[];
  /** With this, the JSON always has `warnings`. @default the command has none of its own */
  readonly warnings?: (result: R, context: Context) => readonly Problem[];
  /** @default 0 */
  readonly exitCode?: (result: R) => number;
  /**
   * Whether the result is an error, whose lines go to stderr. A negative verdict is a result.
   * @default never
   */
  readonly failed?: (result: R) => boolean;
}

/** A result that is an error. */
interface Failure {
  readonly message: string;
  readonly fix?: string;
  /** Of a configuration that doesn't load. */
  readonly problems?: readonly Problem[];
}

/** Views of results of which those with a `message` are errors: a line on stderr, `{"error"}` as JSON, and exit code 1. */
export function orError<R extends object>(views: Views<Exclude<R, Failure>>): Views<R> {
  const isError = (result: R): result is R & Failure => 'message' in result;
  const good = (result: R) => result as Exclude<R, Failure>;
  const { json = same, exitCode = () => EXIT.ok, failed = () => false, warnings } = views;
  return {
    json: (result) => (isError(result) ? errorData(result) : json(good(result))),
    lines: (result, context) =>
      isError(result)
        ? [`${context.colours.red('error:')} ${wordsOf(result)}`]
        : views.lines(good(result), context),
    exitCode: (result) => (isError(result) ? EXIT.problem : exitCode(good(result))),
    failed: (result) => isError(result) || failed(good(result)),
    ...(warnings && {
      warnings: (result, context) => (isError(result) ? [] : warnings(good(result), context)),
    }),
  };
}

const wordsOf = ({ message, fix }: Failure) => (fix === undefined ? message : `${message}: ${fix}`);
const errorData = ({ message, problems, ...more }: Failure) => ({
  error: message,
  ...more,
  ...(problems && { problems: problems.map(problemData) }),
});
const same = (result: unknown) => result;

/** Prints a result. Everything in it is made printable before a view colours it. */
export function respond<R>(context: Context, result: R, views: Views<R>): void {
  context.exitCode = views.exitCode?.(result) ?? EXIT.ok;
  const own = views.warnings?.(result, context);
  const warnings = [...context.warnings, ...(own ?? [])];
  if (context.json) {
    const document = views.json ? views.json(result) : result;
    const shown = own || warnings.length > 0 ? { warnings: warnings.map(problemData) } : {};
    printJson(context, { ...(document as object), ...shown });
    return;
  }
  for (const line of warningLines(warnings, context)) context.terminal.stderr(`${line}\n`);
  const lines = views.lines(printableData(result), context);
  const write = views.failed?.(result) ? context.terminal.stderr : context.terminal.stdout;
  if (lines.length > 0) write(`${lines.join('\n')}\n`);
}

/** Prints an error: one line on stderr, or with `--json` an object on stdout. */
export function fail(context: Context, message: string): void {
  context.exitCode = EXIT.problem;
  if (context.json) printJson(context, { error: message });
  else context.terminal.stderr(`${context.colours.red('error:')} ${printable(message)}\n`);
}

export function printJson({ terminal }: Context, value: object): void {
  terminal.stdout(`${printableJson(value)}\n`);
}

/** A note about progress, on stderr; none with `--json`. */
export function remark(context: Context, text: string): void {
  if (!context.json) context.terminal.stderr(`${context.colours.dim(printable(text))}\n`);
}
