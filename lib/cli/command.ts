import { type Argument, type Command, Option } from 'commander';
import { wrap } from '../wrap';
import type { Context } from './context';

/** Adds a command to the program, or to a group of commands. */
export type Register = (program: Command, context: Context) => void;

/** An option, or what `new Option` gets. */
export type OptionText = Option | readonly [flags: string, description: string];

/** What the help of a command says, which options it takes, and what it does. */
interface CommandText<W extends readonly unknown[]> {
  readonly summary: string;
  readonly description: string;
  readonly options: readonly OptionText[];
  /** One with choices. @default its arguments are in its words */
  readonly argument?: Argument;
  /** What it needs, and whatever else a reader must know before the examples. */
  readonly notes?: string;
  readonly examples: readonly string[];
  readonly exitCodes: string;
  /** Whether the name of its group alone runs it. @default false */
  readonly isDefault?: boolean;
  /** @param words its arguments, then its options */
  readonly run: (context: Context, ...words: W) => void | Promise<void>;
}

/** @param words its name and its arguments, such as `grant <agent> <rule>` */
export function command<W extends readonly unknown[]>(words: string, text: CommandText<W>): Register {
  const { summary, description, options, argument, notes, examples, exitCodes, isDefault, run } = text;
  const help = ({ width }: Context) => [
    ...(notes === undefined ? [] : [filled(notes, width)]),
    [examples.length > 1 ? 'Examples:' : 'Example:', ...examples.map((each) => `  $ ${each}`)].join('\n'),
    filled(`Exit codes: ${exitCodes}`, width),
  ];
  return (program, context) => {
    const made = program.command(words, { isDefault }).summary(summary).description(description);
    if (argument) made.addArgument(argument);
    for (const each of options) made.addOption(each instanceof Option ? each : new Option(...each));
    const name = [program.parent?.name(), program.name(), made.name()].filter(Boolean).join(' ');
    made
      .showHelpAfterError(`Run '${name} --help' for its arguments, options and examples.`)
      .addHelpText('after', () => `\n${help(context).join('\n\n')}`)
      .action((...args: unknown[]) => run(context, ...(args as unknown as W)));
  };
}

const filled = (text: string, width: number) => wrap(text.replaceAll('\n', ' '), width).join('\n');

/** Commands below one name, such as `images`. */
export function group(
  name: string,
  { summary, description }: { readonly summary: string; readonly description?: string },
  commands: readonly Register[],
): Register {
  return (program, context) => {
    const made = program
      .command(name)
      .summary(summary)
      .showHelpAfterError(`Run 'airlock ${name} --help' for its commands.`);
    if (description !== undefined) made.description(description);
    for (const register of commands) register(made, context);
  };
}
