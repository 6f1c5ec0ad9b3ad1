import { synth } from '../operations/synth';
import { OUTPUT, stacksIn } from '../operations/synth/assembly';
import { type Context, EXIT } from './context';
import { fromHere } from './options';
import { printable } from './printable';
import { problemLines } from './problems';
import { withProgress } from './progress';
import { fail } from './respond';

/** The template of the last synth, unless a configuration was named or none is there; says on stderr which it is. */
export async function templateOf(
  context: Context,
  config: string,
  explicit: boolean,
): Promise<string | undefined> {
  const { cwd, env, node } = context.terminal;
  const found = () => stacksIn(fromHere(context, OUTPUT));
  if (explicit || found().length === 0) {
    const result = await withProgress(context, 'Building the stack …', () =>
      synth(config, { cwd, env, node }, context.terminal.now()),
    );
    if (result.reason === 'unsound') {
      context.exitCode = EXIT.problem;
      context.terminal.stderr(`${problemLines(result.problems, context).join('\n')}\n`);
      return undefined;
    }
    if (result.reason !== 'synthesised') {
      fail(
        context,
        false,
        `the stack could not be built (${result.reason}): 'airlock synth --config ${config}' says why`,
      );
      return undefined;
    }
  }
  const stacks = found();
  if (stacks.length !== 1) {
    fail(context, false, `${OUTPUT} holds ${stacks.length} stacks: name a template with --template`);
    return undefined;
  }
  context.terminal.stderr(`${context.colours.dim(printable(stacks[0]?.file ?? ''))}\n`);
  return stacks[0]?.file;
}
