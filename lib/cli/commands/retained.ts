import { type RetainedResult, retained } from '../../operations/retained';
import { findRetained } from '../../operations/retained/aws-account';
import type { Leftover } from '../../operations/retained/leftovers';
import { command } from '../command';
import type { Context } from '../context';
import { AWS_OPTIONS, type AwsOptions } from '../options';
import { orError, respond } from '../respond';
import { withAirlock, withAwsOfStack } from '../with-airlock';

const views = orError<RetainedResult>({
  lines: (result, context) => {
    const { stack, isDeployed, leftovers } = result;
    const state = isDeployed ? `${stack} is deployed` : `no stack ${stack} is deployed`;
    if (leftovers.length === 0) return [`${state}; nothing is left of an earlier one`];
    return [`${state}; left of an earlier one:`, ...leftovers.flatMap((each) => linesOf(each, context))];
  },
});

function linesOf(
  { kind, name, made, size, key, keyState, use, remove }: Leftover,
  { colours }: Context,
): string[] {
  const facts = [made?.slice(0, 10), size, key && `key ${key}`, keyState].filter(Boolean).join(', ');
  return [
    `${colours.bold(kind)} ${name}`,
    ...(facts ? [`  ${facts}`] : []),
    ...(use ? [`  use again: ${use}`] : []),
    `  remove:    ${remove}`,
  ];
}

export const registerRetained = command('retained [agent]', {
  summary: 'what an earlier stack or agent of this name left behind',
  description:
    'Lists secrets, log groups, state volumes, snapshots, backup vaults, archives and keys that carry the name of this stack and are not part of it, with what uses each again and what removes it. Only reads.',
  options: AWS_OPTIONS,
  notes:
    'Needs AWS credentials that may read these (docs/PERMISSIONS.md); what to do with them is in docs/RESTORE.md.',
  examples: [
    'airlock retained',
    `airlock retained scout --json | jq '.leftovers[] | select(.kind == "state volume")'`,
  ],
  exitCodes: '0 listed, 1 AWS gave no answer.',
  run: (context, agent: string | undefined, options: AwsOptions) =>
    withAirlock(context, options, async (airlock) => {
      const aws = await withAwsOfStack(context, options, airlock);
      if (aws === undefined) return;
      const s3 = await context.services.s3(aws.region, context.terminal.env.AWS_ENDPOINT_URL);
      const find = () => findRetained(aws, s3, airlock.name);
      respond(context, await retained({ airlock, agent, find }), views);
    }),
});
