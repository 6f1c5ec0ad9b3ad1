import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Airlock } from '../config/model';
import { synth } from '../operations/synth';
import { OUTPUT, type SynthesisedStack, stacksIn } from '../operations/synth/assembly';
import { templateState } from '../operations/template-state';
import type { Context } from './context';
import { type CommonOptions, configInProject, configOf, fromHere, type TemplateOptions } from './options';
import { withProgress } from './progress';
import { fail, remark } from './respond';
import { withAirlock } from './with-airlock';

/**
 * The path of the template to read: the named one, else the last synth's if it was made from this configuration, else
 * a new one. Reports what goes wrong, and returns undefined then.
 */
export async function templateOf(context: Context, options: TemplateOptions): Promise<string | undefined> {
  if (options.template !== undefined) return fromHere(context, options.template);
  const found = () => stacksIn(join(context.project, OUTPUT));
  if (options.config === undefined && !existsSync(configOf(context, options))) return only(context, found());
  let file: string | undefined;
  await withAirlock(context, options, async (airlock) => {
    const state = templateState(found(), airlock);
    if (state.reason === 'current') file = told(context, state.stack);
    else if (state.reason === 'several') file = only(context, found());
    else file = await build(context, options, airlock, state.reason === 'stale');
  });
  return file;
}

/** Builds the stack, because there is no template of this configuration. */
async function build(
  context: Context,
  options: CommonOptions,
  airlock: Airlock,
  isStale: boolean,
): Promise<string | undefined> {
  const { terminal, project } = context;
  const config = configInProject(context, options);
  const why = isStale ? 'the configuration has changed since the last synth' : `no template in ${OUTPUT}`;
  remark(context, `${why}: building the stack`);
  const result = await withProgress(context, 'Building the stack …', () =>
    synth(config, { ...terminal, cwd: project }, terminal.now()),
  );
  const stacks = stacksIn(join(project, OUTPUT));
  const stack = stacks.find(({ name }) => name === airlock.name);
  if (result.reason === 'synthesised' && stack) return told(context, stack);
  const named = config === 'config' ? '' : ` --config ${config}`;
  const reason = result.reason === 'synthesised' ? 'unreadable' : result.reason;
  fail(context, `the stack could not be built (${reason}): 'airlock synth${named}' says why`);
  return undefined;
}

/** The only stack in `cdk.out`; with several, the user has to choose. */
function only(context: Context, stacks: readonly SynthesisedStack[]): string | undefined {
  const [stack] = stacks;
  if (stack && stacks.length === 1) return told(context, stack);
  const files = stacks.map(({ file }) => relative(context.terminal.cwd, file)).join(', ');
  const message = stack
    ? `${OUTPUT} holds several stacks: name one of ${files} with --template`
    : `no template in ${OUTPUT}, and no configuration to build one: name a template with --template`;
  fail(context, message);
  return undefined;
}

function told(context: Context, { file, modified }: SynthesisedStack): string {
  const { terminal } = context;
  const seconds = Math.max(0, (terminal.now().getTime() - modified.getTime()) / 1000);
  remark(context, `${relative(terminal.cwd, file)}, synthesised ${age(seconds)} ago`);
  return file;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** The biggest unit that fits: `3 minutes`. */
export function age(seconds: number): string {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit) ?? [1, 'second'];
  const number = Math.floor(seconds / size);
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
