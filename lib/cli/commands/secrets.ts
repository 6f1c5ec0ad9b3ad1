import type { Command } from 'commander';
import { type PutSecretResult, putSecret } from '../../operations/put-secret';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configOption, jsonOption } from '../options';
import { fail, respond, type Views } from '../respond';
import { withAirlock } from '../with-airlock';

interface Options extends CommonOptions {
  readonly region?: string;
}

const views: Views<PutSecretResult> = {
  json: (result) => result,
  lines: (result, { colours }) =>
    result.reason === 'put'
      ? [`${colours.green('set:')} ${result.parameter}, version ${result.version}`]
      : [`${colours.red('error:')} ${result.message}`],
  exitCode: ({ reason }) => (reason === 'put' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'put',
};

export function registerSecrets(program: Command, context: Context): void {
  program
    .command('secrets')
    .summary("set the agents' secrets")
    .description('Secrets live in encrypted parameters that only their own proxy box can read.')
    .command('put <agent> <secret>')
    .summary('set one secret, from standard input')
    .description(
      "Reads the value from standard input, never from an argument, and stores it encrypted with the agent's own key. Doors whose secret was never set refuse every request.",
    )
    .option('--region <region>', 'the Region of the stack (default: env.region of airlock.yaml)')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Needs AWS credentials that may write this parameter with the agent's key. The stack must be deployed.

Examples:
  $ airlock secrets put scout github-read-pat < token.txt
  $ (read -rs VALUE && printf %s "$VALUE") | airlock secrets put scout github-read-pat

Exit codes: 0 set, 1 not set.`,
    )
    .action((agent: string, secret: string, options: Options) =>
      withAirlock(context, options, async (airlock) => {
        const value = await context.terminal.stdin();
        if (!value) {
          fail(context, options.json, `pipe the value in: airlock secrets put ${agent} ${secret} < FILE`);
          return;
        }
        const ssm = await context.services.ssm(options.region ?? airlock.env.region);
        respond(context, options.json, await putSecret({ airlock, agent, secret, value, ssm }), views);
      }),
    );
}
