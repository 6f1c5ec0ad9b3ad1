import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CHECKS } from './checks';
import { CLEANUP_MINUTES } from './drive';
import { THROWAWAY } from './leftovers';

export interface Options {
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly only?: string;
  readonly minutes: number;
  readonly keep?: boolean;
  readonly clean?: string;
  readonly json?: boolean;
}

export const EXIT = { passed: 0, failed: 1, notStarted: 2, left: 3, interrupted: 130 } as const;

export type Parsed =
  | { readonly run: true; readonly options: Options }
  | { readonly run: false; readonly exitCode: number; readonly text: string };

export function parse(words: readonly string[]): Parsed {
  let text = '';
  const say = (more: string) => {
    text += more;
  };
  const command = new Command('npm run try-on-aws --')
    .description(
      'Tries on AWS what nothing else can show: deploys a throwaway stack of one small agent, looks at it while it boots, rings, is backed up, replaced, destroyed and made again, writes docs/evidence/aws.json, and removes everything, also after a failure, Ctrl-C or the end of its time.',
    )
    .option('--profile <name>', 'profile of the AWS CLI (default: the usual search for credentials)')
    .option('--region <region>', "where (default: the profile's region)")
    .option('--yes', 'really do it: without this it prints the plan and its cost, and ends')
    .addOption(
      new Option('--only <check>', 'this check and those it needs; writes no evidence').choices(
        CHECKS.map(({ id }) => id),
      ),
    )
    .option('--minutes <number>', 'time for all checks together', minutes, 300)
    .option('--keep', 'leave everything where it is, and say how to remove it')
    .option('--clean <stack>', 'remove what an earlier run left, and nothing else', throwaway)
    .option('--json', 'the report as JSON on standard output')
    .addHelpText('after', MORE)
    .configureOutput({ writeOut: say, writeErr: say })
    .exitOverride()
    .allowExcessArguments(false);
  try {
    command.parse(words, { from: 'user' });
    return { run: true, options: command.opts<Options>() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { run: false, exitCode: error.exitCode === 0 ? EXIT.passed : EXIT.notStarted, text };
  }
}

const MORE = `
It needs an account that is not production's (administrator rights), bootstrapped with \`npx cdk bootstrap\`; the AWS CLI 2,
OpenSSH; and a pinned iron-proxy (\`npx airlock software pin --key KEY.asc\`). The removal takes up to ${CLEANUP_MINUTES} minutes more. It removes only
what carries the name of its own throwaway stack.

Examples:
  $ npm run try-on-aws -- --profile sandbox                      the plan, and what it costs
  $ npm run try-on-aws -- --profile sandbox --region eu-west-1 --yes
  $ npm run try-on-aws -- --profile sandbox --yes --only path-mtu --keep

Exit codes: 0 every check passed and nothing is left; 1 a check failed or was not reached; 2 nothing was started;
3 something is left, and the commands that remove it were printed; 130 interrupted twice.`;

function minutes(value: string): number {
  if (/^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 1440) return Number(value);
  throw new InvalidArgumentError('write a number of minutes from 1 to 1440.');
}

function throwaway(value: string): string {
  if (THROWAWAY.test(value)) return value;
  throw new InvalidArgumentError(
    'only a stack of this command is removed: airlock-try- and eight hex digits.',
  );
}
