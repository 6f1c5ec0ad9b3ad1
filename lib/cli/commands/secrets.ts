import type { Command } from 'commander';
import { type Carried, type CarrySecretsResult, carrySecrets } from '../../operations/carry-secrets';
import { type PutSecretResult, putSecret } from '../../operations/put-secret';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configOption, profileOption, regionOption } from '../options';
import { fail, respond, type Views } from '../respond';
import { table } from '../table';
import { withAgent, withAirlock, withRegion } from '../with-airlock';
import { registerSecretsList } from './secrets-list';

interface Options extends CommonOptions {
  readonly region?: string;
}

const views: Views<PutSecretResult> = {
  lines: (result, { colours }) =>
    result.reason === 'put'
      ? [`${colours.green('set:')} ${result.parameter}, version ${result.version}`]
      : [`${colours.red('error:')} ${result.message}`],
  exitCode: ({ reason }) => (reason === 'put' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'put',
};

const carryViews: Views<CarrySecretsResult> = {
  lines: (result, { colours, columns }) =>
    'message' in result
      ? [`${colours.red('error:')} ${result.message}`]
      : table(
          result.secrets.map((secret) => [secret.id, secret.state, carriedText(secret)]),
          '',
          columns,
        ),
  exitCode: ({ reason }) => (reason === 'done' ? EXIT.ok : EXIT.problem),
  failed: (result) => 'message' in result,
};

function carriedText(secret: Carried): string {
  switch (secret.state) {
    case 'carried':
      return `${secret.parameter}, version ${secret.version}`;
    case 'would-carry':
      return `${secret.parameter}, from ${secret.fromKey}`;
    case 'under-key':
      return `${secret.parameter} lies under the agent's key already`;
    case 'unset':
      return `${secret.parameter} never had a value: set it with airlock secrets put`;
    default:
      return secret.message;
  }
}

interface CarryOptions extends Options {
  readonly dryRun?: boolean;
}

export function registerSecrets(program: Command, context: Context): void {
  const secrets = program
    .command('secrets')
    .summary("set the agents' secrets")
    .description('Secrets live in encrypted parameters that only their own proxy box can read.');
  registerCarry(secrets, context);
  registerSecretsList(secrets, context);
  secrets
    .command('put <agent> <secret>')
    .summary('set one secret, from standard input')
    .description(
      "Reads the value from standard input, never from an argument, and stores it encrypted with the agent's own key. Rules whose secret was never set refuse every request.",
    )
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(configOption())
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
          fail(context, `pipe the value in: airlock secrets put ${agent} ${secret} < FILE`);
          return;
        }
        const region = withRegion(context, options, airlock);
        if (region === undefined) return;
        const ssm = await context.services.ssm(region);
        respond(context, await putSecret({ airlock, agent, secret, value, region, ssm }), views);
      }),
    );
}

function registerCarry(secrets: Command, context: Context): void {
  secrets
    .command('carry <agent>')
    .summary("move an earlier agent's values to this agent's key")
    .description(
      'After "cdk destroy" and another deployment of the same name, secrets that were set lie under the key of the ' +
        "earlier agent, and their rules refuse. This reads each with your own right to decrypt and writes it under the agent's key of today. No value is printed, and another run goes on where one was interrupted.",
    )
    .option('--dry-run', 'say what would be carried; decrypt and write nothing')
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Needs AWS credentials that may decrypt with the old key and encrypt with the new one (docs/PERMISSIONS.md).

Examples:
  $ airlock secrets carry scout --dry-run
  $ airlock secrets carry scout

Exit codes: 0 every secret lies under the agent's key or was never set, 1 one is left.`,
    )
    .action((name: string, options: CarryOptions) =>
      withAgent(context, options, name, async (airlock, agent) => {
        const region = withRegion(context, options, airlock);
        if (region === undefined) return;
        const ssm = await context.services.ssm(region);
        const dryRun = options.dryRun ?? false;
        const result = await carrySecrets({ airlock, agent, dryRun, region, ssm });
        respond(context, result, carryViews);
      }),
    );
}
