import type { Command } from 'commander';
import { type RetainedResult, retained } from '../../operations/retained';
import { findRetained } from '../../operations/retained/aws-account';
import type { Leftover } from '../../operations/retained/leftovers';
import { awsIn } from '../aws-in';
import type { Context } from '../context';
import { type CommonOptions, configOption, profileOption, regionOption } from '../options';
import { orError, respond } from '../respond';
import { withAirlock, withRegionOfStack } from '../with-airlock';

interface Options extends CommonOptions {
  readonly region?: string;
}

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

export function registerRetained(program: Command, context: Context): void {
  program
    .command('retained [agent]')
    .summary('what an earlier stack or agent of this name left behind')
    .description(
      'Lists secrets, log groups, state volumes, snapshots, backup vaults and keys that carry the name of this stack and are not part of it, with what uses each again and what removes it. Only reads.',
    )
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Needs AWS credentials that may read these (docs/PERMISSIONS.md); what to do with them is in docs/RESTORE.md.

Examples:
  $ airlock retained
  $ airlock retained scout --json | jq '.leftovers[] | select(.kind == "state volume")'

Exit codes: 0 listed, 1 AWS gave no answer.`,
    )
    .action((agent: string | undefined, options: Options) =>
      withAirlock(context, options, async (airlock) => {
        const region = await withRegionOfStack(context, options, airlock);
        if (region === undefined) return;
        const find = () => findRetained(awsIn(context, region), airlock.name);
        respond(context, await retained({ airlock, agent, find }), views);
      }),
    );
}
