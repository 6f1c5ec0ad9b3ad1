import { type Carried, type CarrySecretsResult, carrySecrets } from '../../operations/carry-secrets';
import { type PutSecretInput, type PutSecretResult, putSecret } from '../../operations/put-secret';
import { type RotateSecretResult, rotateSecret } from '../../operations/rotate-secret';
import { realClock } from '../clock';
import { command, group, type OptionText } from '../command';
import { type Context, EXIT } from '../context';
import { AWS_OPTIONS, type AwsOptions } from '../options';
import { withProgress } from '../progress';
import { fail, orError, respond, type Views } from '../respond';
import { table } from '../table';
import { withAgent, withAirlock, withAwsOfStack } from '../with-airlock';
import { secretsList } from './secrets-list';

const views = orError<PutSecretResult>({
  lines: ({ parameter, version }, { colours }) => [
    `${colours.green('set:')} ${parameter}, version ${version}`,
  ],
});

/** The value is set, and nobody has confirmed that it is in force. */
const UNCONFIRMED = 2;

const rotateViews: Views<RotateSecretResult> = {
  lines: (result, { colours }) => {
    if (!('version' in result)) return [`${colours.red('error:')} ${result.message}`];
    const set = `${result.parameter}, version ${result.version}`;
    return result.reason === 'rotated'
      ? [
          `${colours.green('rotated:')} ${set}; the proxy box holds no earlier value, confirmed after ${result.seconds} s`,
          'revoke the old value at its issuer now',
        ]
      : [`${colours.green('set:')} ${set}`, `${colours.red('not confirmed:')} ${result.message}`];
  },
  exitCode: ({ reason }) =>
    reason === 'rotated' ? EXIT.ok : reason === 'unconfirmed' ? UNCONFIRMED : EXIT.problem,
  failed: ({ reason }) => reason !== 'rotated',
};

const carryViews = orError<CarrySecretsResult>({
  lines: ({ secrets }, { columns }) =>
    table(
      secrets.map((secret) => [secret.id, secret.state, carriedText(secret)]),
      '',
      columns,
    ),
  exitCode: ({ reason }) => (reason === 'done' ? EXIT.ok : EXIT.problem),
});

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

interface CarryOptions extends AwsOptions {
  readonly dryRun?: boolean;
}

interface SettingOptions extends AwsOptions {
  readonly stripNewline?: boolean;
}

const SETTING_OPTIONS: readonly OptionText[] = [
  ['--strip-newline', 'take the line break off the end of the value; without this, it is refused'],
  ...AWS_OPTIONS,
];

/** Reads the value, and reports when there is none. */
function withValue(
  context: Context,
  options: SettingOptions,
  { agent, secret }: Pick<PutSecretInput, 'agent' | 'secret'>,
  command: (input: PutSecretInput) => Promise<void>,
): Promise<void> {
  return withAirlock(context, options, async (airlock) => {
    const aws = await withAwsOfStack(context, options, airlock);
    if (aws === undefined) return;
    const { terminal } = context;
    const typed = async () => {
      const line = await terminal.hidden?.(`value of ${secret} (not shown): `);
      return line === undefined ? undefined : new TextEncoder().encode(line);
    };
    const value = (await terminal.stdin()) ?? (await typed());
    if (!value) {
      fail(
        context,
        `no value: type it when asked, or pipe it in: airlock secrets put ${agent} ${secret} < FILE`,
      );
      return;
    }
    const { stripNewline } = options;
    await command({ airlock, agent, secret, value, stripNewline, aws });
  });
}

const put = command('put <agent> <secret>', {
  summary: 'set one secret, from standard input or a prompt',
  description:
    "Reads the value from standard input, or asks for it without showing it; never from an argument. Stores it encrypted with the agent's own key; the proxy box uses it within half a minute. Rules whose secret was never set refuse every request.",
  options: SETTING_OPTIONS,
  notes:
    "Needs AWS credentials that may write this parameter with the agent's key. The stack must be deployed.",
  examples: [
    'airlock secrets put scout github-read-pat',
    'airlock secrets put scout github-read-pat --strip-newline < token.txt',
  ],
  exitCodes: '0 set, 1 not set.',
  run: (context, agent: string, secret: string, options: SettingOptions) =>
    withValue(context, options, { agent, secret }, async (input) =>
      respond(context, await putSecret(input), views),
    ),
});

const rotate = command('rotate <agent> <secret>', {
  summary: 'set one secret, and wait until no request carries its old value',
  description:
    'Does what `airlock secrets put` does, then waits until the proxy box reports that it has dropped every earlier value, whatever the `ttl`. That takes about half a minute; after two minutes it gives up waiting. It revokes nothing: do that at the issuer.',
  options: SETTING_OPTIONS,
  notes: `Needs what "airlock secrets put" needs, and the permission to read warden's log stream (docs/PERMISSIONS.md).`,
  examples: ['airlock secrets rotate scout github-read-pat --strip-newline < token.txt'],
  exitCodes: '0 no request carries the old value, 1 not set, 2 set and not confirmed.',
  run: (context, agent: string, secret: string, options: SettingOptions) =>
    withValue(context, options, { agent, secret }, async (input) => {
      const clock = realClock(context.terminal);
      const work = () => rotateSecret({ ...input, clock });
      respond(context, await withProgress(context, `rotating ${secret} of ${agent}`, work), rotateViews);
    }),
});

const carry = command('carry <agent>', {
  summary: "move an earlier agent's values to this agent's key",
  description:
    'After "cdk destroy" and another deployment of the same name, secrets that were set lie under the key of the ' +
    "earlier agent, and their rules refuse. This reads each with your own right to decrypt and writes it under the agent's key of today. No value is printed, and another run goes on where one was interrupted.",
  options: [['--dry-run', 'say what would be carried; decrypt and write nothing'], ...AWS_OPTIONS],
  notes:
    'Needs AWS credentials that may decrypt with the old key and encrypt with the new one (docs/PERMISSIONS.md).',
  examples: ['airlock secrets carry scout --dry-run', 'airlock secrets carry scout'],
  exitCodes: "0 every secret lies under the agent's key or was never set, 1 one is left.",
  run: (context, name: string, options: CarryOptions) =>
    withAgent(context, options, name, async (airlock, agent) => {
      const aws = await withAwsOfStack(context, options, airlock);
      if (aws === undefined) return;
      const { dryRun = false } = options;
      const result = await carrySecrets({ airlock, agent, dryRun, aws });
      respond(context, result, carryViews);
    }),
});

export const registerSecrets = group(
  'secrets',
  {
    summary: "set the agents' secrets",
    description: 'Secrets live in encrypted parameters that only their own proxy box can read.',
  },
  [carry, secretsList, put, rotate],
);
