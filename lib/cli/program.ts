import { Command, CommanderError } from 'commander';
import { registerCheck } from './commands/check';
import { registerCost } from './commands/cost';
import { registerExplain } from './commands/explain';
import { registerImages } from './commands/images';
import { registerPolicy } from './commands/policy';
import { registerPreflight } from './commands/preflight';
import { registerReach } from './commands/reach';
import { registerRetained } from './commands/retained';
import { registerSchema } from './commands/schema';
import { registerSecrets } from './commands/secrets';
import { registerSoftware } from './commands/software';
import { registerSynth } from './commands/synth';
import { registerUserData } from './commands/user-data';
import { type Context, createContext } from './context';
import { printableLines } from './printable';
import { AWS, type Services } from './services';
import type { Terminal } from './terminal';
import { version } from './version';

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;

/** In the order in which `--help` shows them: the way a newcomer meets them. */
const COMMANDS: readonly Register[] = [
  registerCheck,
  registerSynth,
  registerPolicy,
  registerExplain,
  registerReach,
  registerUserData,
  registerCost,
  registerPreflight,
  registerImages,
  registerSoftware,
  registerSecrets,
  registerRetained,
  registerSchema,
];

/**
 * Runs one command line and returns its exit code.
 * @param argv what follows the program's name
 * @param more commands that aren't in every installation: the lab's
 * @throws whatever a command did not expect: the caller turns it into one line
 */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  more: readonly Register[] = [],
  services: Services = AWS,
): Promise<number> {
  const context = createContext(terminal, services);
  try {
    await createProgram(context, more).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    // Commander has printed its message by now; help and version arrive here too, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    throw error;
  }
  return context.exitCode;
}

function createProgram(context: Context, more: readonly Register[]): Command {
  const { terminal } = context;
  const program = new Command('airlock')
    .description(
      'One machine per agent, one door out, no keys inside.\nDeploying is `npx cdk deploy`; airlock does everything else.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout(printableLines(text)),
      writeErr: (text) => terminal.stderr(printableLines(text)),
      getOutHelpWidth: () => context.width,
      getErrHelpWidth: () => context.width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("Run 'airlock --help' for the commands, 'airlock help COMMAND' for one of them.")
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
  for (const register of [...COMMANDS, ...more]) register(program, context);
  return program;
}
