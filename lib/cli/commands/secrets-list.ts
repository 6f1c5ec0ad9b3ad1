import type { Command } from 'commander';
import type { Agent, Airlock } from '../../config/model';
import { type ListedSecret, type ListSecretsResult, listSecrets } from '../../operations/list-secrets';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configOption, profileOption, regionOption } from '../options';
import { orError, respond } from '../respond';
import { count, table } from '../table';
import { withAgent, withAirlock, withRegionOfStack } from '../with-airlock';

interface Options extends CommonOptions {
  readonly region?: string;
}

const views = orError<ListSecretsResult>({
  lines: (result, { colours, columns, terminal }) => {
    if (result.secrets.length === 0) return ['no agent has a secret'];
    const rows = result.secrets.map((secret) => [
      secret.agent,
      secret.id,
      { text: secret.state, paint: secret.state === 'set' ? colours.green : colours.red },
      ...whenAndWho(secret, terminal.now()),
    ]);
    return table(rows, '', columns);
  },
  exitCode: ({ secrets }) => (secrets.every(({ state }) => state === 'set') ? EXIT.ok : EXIT.problem),
});

const DAY = 24 * 60 * 60 * 1000;

function whenAndWho({ state, changed, by }: ListedSecret, now: Date): string[] {
  if (state === 'missing') return ['-', 'deploy the stack first'];
  if (state === 'unset' || changed === undefined) return ['-', 'set it with airlock secrets put'];
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(changed)) / DAY));
  return [`${count(days, 'day')} old`, `by ${by ?? 'somebody unnamed'}`];
}

export function registerSecretsList(secrets: Command, context: Context): void {
  secrets
    .command('list [agent]')
    .summary('say which secrets are set, how old they are, and who changed them')
    .description(
      'Reads the history of each parameter, without decrypting it: no value is asked for or printed. "plain" is a value that is not encrypted: replace it at its issuer. "other-key" is one that the proxy box can\'t decrypt: set it again, or use airlock secrets carry.',
    )
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Needs AWS credentials that may read the history of the parameters (docs/PERMISSIONS.md).

Examples:
  $ airlock secrets list
  $ airlock secrets list scout --json | jq '.secrets[] | select(.state != "set")'

Exit codes: 0 every secret is set, 1 one isn't, or AWS gave no answer.`,
    )
    .action((name: string | undefined, options: Options) => {
      const show = async (airlock: Airlock, agents: readonly Agent[]) => {
        const region = await withRegionOfStack(context, options, airlock);
        if (region === undefined) return;
        const ssm = await context.services.ssm(region);
        respond(context, await listSecrets(airlock.name, agents, ssm, region), views);
      };
      return name === undefined
        ? withAirlock(context, options, (airlock) => show(airlock, airlock.agents))
        : withAgent(context, options, name, (airlock, agent) => show(airlock, [agent]));
    });
}
