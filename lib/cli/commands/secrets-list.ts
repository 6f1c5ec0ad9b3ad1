import { type ListedSecret, type ListSecretsResult, listSecrets } from '../../operations/list-secrets';
import { notHere } from '../../operations/not-here';
import { command } from '../command';
import { EXIT } from '../context';
import { AWS_OPTIONS, type AwsOptions } from '../options';
import { orError, respond } from '../respond';
import { count, table } from '../table';
import { withAgents, withAwsOfStack } from '../with-airlock';

const views = orError<ListSecretsResult>({
  lines: (result, { colours, columns, terminal }) => {
    if (result.secrets.length === 0) return ['no agent has a secret'];
    const rows = result.secrets.map((secret) => [
      secret.agent,
      secret.id,
      { text: secret.state, paint: secret.state === 'set' ? colours.green : colours.red },
      ...whenAndWho(secret, result.region, terminal.now()),
    ]);
    return table(rows, '', columns);
  },
  exitCode: ({ secrets }) => (secrets.every(({ state }) => state === 'set') ? EXIT.ok : EXIT.problem),
});

const DAY = 24 * 60 * 60 * 1000;

function whenAndWho({ state, changed, by }: ListedSecret, region: string, now: Date): string[] {
  if (state === 'missing') return ['-', notHere(region)];
  if (state === 'unset' || changed === undefined) return ['-', 'set it with airlock secrets put'];
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(changed)) / DAY));
  return [`${count(days, 'day')} old`, `by ${by ?? 'somebody unnamed'}`];
}

export const secretsList = command('list [agent]', {
  summary: 'say which secrets are set, how old they are, and who changed them',
  description:
    'Reads the history of each parameter, without decrypting it: no value is asked for or printed. "plain" is a value that is not encrypted: replace it at its issuer. "other-key" is one that the proxy box can\'t decrypt: set it again, or use airlock secrets carry.',
  options: AWS_OPTIONS,
  notes: 'Needs AWS credentials that may read the history of the parameters (docs/PERMISSIONS.md).',
  examples: [
    'airlock secrets list',
    `airlock secrets list scout --json | jq '.secrets[] | select(.state != "set")'`,
  ],
  exitCodes: "0 every secret is set, 1 one isn't, or AWS gave no answer.",
  run: (context, name: string | undefined, options: AwsOptions) =>
    withAgents(context, options, name, async (airlock, agents) => {
      const aws = await withAwsOfStack(context, options, airlock);
      if (aws === undefined) return;
      respond(context, await listSecrets(aws, airlock.name, agents), views);
    }),
});
