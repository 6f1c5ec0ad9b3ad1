import { Command, CommanderError } from 'commander';
import { printableLines } from '../printable';
import { warnOfClock } from './aws-in';
import type { Register } from './command';
import { registerAudit } from './commands/audit';
import { registerBaseline } from './commands/baseline';
import { registerCheck } from './commands/check';
import { registerCi } from './commands/ci';
import { registerComplete, registerCompletion } from './commands/completion';
import { registerConnect } from './commands/connect';
import { registerConsole } from './commands/console';
import { registerContain } from './commands/contain';
import { registerCost } from './commands/cost';
import { registerDiff } from './commands/diff';
import { registerDrill } from './commands/drill';
import { registerExplain } from './commands/explain';
import { GRANTS } from './commands/grants';
import { registerImages } from './commands/images';
import { registerInit } from './commands/init';
import { registerLearn } from './commands/learn';
import { registerList } from './commands/list';
import { registerOutputs } from './commands/outputs';
import { registerPolicy } from './commands/policy';
import { registerPreflight } from './commands/preflight';
import { registerReach } from './commands/reach';
import { registerRebuild } from './commands/rebuild';
import { registerRelease } from './commands/release';
import { registerRetained } from './commands/retained';
import { registerReview } from './commands/review';
import { registerSchema } from './commands/schema';
import { registerSecrets } from './commands/secrets';
import { registerSoftware } from './commands/software';
import { registerStatus } from './commands/status';
import { registerSynth } from './commands/synth';
import { registerUserData } from './commands/user-data';
import { registerVerify } from './commands/verify';
import { registerWatch } from './commands/watch';
import { type Context, createContext, EXIT } from './context';
import { addOutputOptions, fromHere, type OutputOptions } from './options';
import { OutputFile, unwritable } from './output-file';
import { fail } from './respond';
import { AWS, type Services } from './services';
import type { Terminal } from './terminal';
import { printVersion } from './version';

/** In the order in which `--help` shows them: the way a newcomer meets them. */
const COMMANDS: Readonly<Record<string, readonly Register[]>> = {
  'Write and judge a configuration, without an AWS account:': [
    registerInit,
    registerList,
    registerCheck,
    registerDiff,
    registerSynth,
    registerCi,
    registerPolicy,
    registerExplain,
    registerReach,
    registerUserData,
    registerCost,
    registerSchema,
  ],
  'Before and after a deployment:': [
    registerImages,
    registerSoftware,
    registerSecrets,
    registerPreflight,
    registerOutputs,
    registerRetained,
  ],
  'See what agents do:': [
    registerStatus,
    registerVerify,
    registerAudit,
    registerWatch,
    registerLearn,
    registerBaseline,
    registerReview,
    registerConsole,
  ],
  'Act on a deployed agent:': [
    ...GRANTS,
    registerContain,
    registerRelease,
    registerRebuild,
    registerConnect,
    registerDrill,
  ],
  'More:': [registerCompletion, registerComplete],
};

/**
 * Runs one command line and returns its exit code.
 * @param argv what follows the program's name
 * @param more commands that only a checkout has: the lab's
 */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  more: readonly Register[] = [],
  services: Services = AWS,
): Promise<number> {
  let file: OutputFile | undefined;
  const stdout = (text: string) => (file ? file.collect(text) : terminal.stdout(text));
  const context = createContext({ ...terminal, stdout }, services);
  context.json = argv.includes('--json');
  context.run = (words, other) => run(words, other, more, context.services);
  const program = createProgram(context, more).hook('preAction', (_, command) => {
    const { json, output, profile } = command.opts<OutputOptions>();
    context.json = json === true;
    if (profile !== undefined) context.services = context.services.withProfile(profile);
    const path = output && fromHere(context, output);
    const problem = path && unwritable(path);
    if (problem) throw new CommanderError(1, 'airlock.output', `--output: ${problem}`);
    if (path) file = new OutputFile(path);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    warnOfClock(context);
  } catch (error) {
    explain(error, context);
  }
  return file?.write(terminal) === false ? EXIT.problem : context.exitCode;
}

/** Reports unexpected errors and, with `--json`, errors of the command line; Commander prints those itself otherwise. */
function explain(error: unknown, context: Context): void {
  const { terminal, json } = context;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof CommanderError)) {
    fail(context, message);
    const hint = 'This is a defect in airlock: AIRLOCK_DEBUG=1 shows where.';
    const debug = terminal.env.AIRLOCK_DEBUG === '1' && stack ? printableLines(stack) : hint;
    if (!json || debug !== hint) terminal.stderr(`${debug}\n`);
    return;
  }
  context.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.problem;
  // Help and version arrive here too, with exit code 0.
  const isHelp = error.code === 'commander.help';
  if (error.exitCode !== 0 && (json || error.code === 'airlock.output')) {
    fail(context, isHelp ? "name a command: 'airlock --help' lists them" : message.replace(/^error: /u, ''));
  }
}

export function createProgram(context: Context, more: readonly Register[]): Command {
  const { terminal } = context;
  const program = new Command('airlock')
    .description(
      'One machine per agent, one way out, no keys inside.\nDeploying is `npx cdk deploy`; this command does everything else.',
    )
    .option('-V, --version', 'print the versions of this kit and of what it pins')
    .on('option:version', () => {
      printVersion(context);
      throw new CommanderError(EXIT.ok, 'commander.version', '');
    })
    .helpOption('-h, --help', 'print the help of a command')
    .configureHelp({ minWidthToWrap: 20 })
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout(printableLines(text)),
      writeErr: (text) => (context.json ? undefined : terminal.stderr(printableLines(text))),
      getOutHelpWidth: () => context.width,
      getErrHelpWidth: () => context.width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("Run 'airlock --help' for the commands.")
    .addHelpText(
      'after',
      `
Examples:
  $ airlock check                                   is the configuration sound?
  $ airlock synth                                   build the stack, run every check, no AWS account needed
  $ airlock explain scout DELETE https://api.github.com/repos/ironsh/iron-proxy/releases/1
  $ airlock reach                                   what can each machine reach?

Exit codes: 0 done, 1 a problem (each is named), 2 refused (explain only).`,
    );
  for (const [heading, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(heading);
    for (const register of commands) register(program, context);
  }
  for (const register of more) register(program, context);
  program.helpCommand('help [command]', 'print the help of a command');
  addOutputOptions(program);
  return program;
}
