import type { Agent, Airlock } from '../config/model';
import { check } from '../operations/check';
import { type Context, EXIT } from './context';
import { type CommonOptions, fromHere } from './options';
import { printableJson } from './printable';
import { problemData, problemLines } from './problems';
import { fail } from './respond';

/**
 * Runs a command on a sound configuration. An unsound one is reported in the words of `check`, on stderr, because the
 * command's own output is missing; as JSON it is `{"reason":"unsound","problems":[…]}`.
 */
export async function withAirlock(
  context: Context,
  options: CommonOptions,
  command: (airlock: Airlock) => void | Promise<void>,
): Promise<void> {
  const checked = check(fromHere(context, options.config), context.terminal.now());
  if (checked.reason === 'sound') return command(checked.airlock);
  context.exitCode = EXIT.problem;
  if (options.json) {
    const { reason, problems } = checked;
    context.terminal.stdout(`${printableJson({ reason, problems: problems.map(problemData) })}\n`);
  } else {
    context.terminal.stderr(`${problemLines(checked.problems, context).join('\n')}\n`);
  }
}

/** The same for a command about one agent; when there is none of that name, it says which there are. */
export function withAgent(
  context: Context,
  options: CommonOptions,
  name: string,
  command: (airlock: Airlock, agent: Agent) => void | Promise<void>,
): Promise<void> {
  return withAirlock(context, options, (airlock) => {
    const agent = airlock.agents.find((each) => each.name === name);
    if (agent) return command(airlock, agent);
    const names = airlock.agents.map((each) => each.name).join(', ') || 'none yet';
    fail(context, options.json, `there is no agent "${name}": the configuration has ${names}`);
  });
}
