import type { Command } from 'commander';
import { type ConnectResult, connect } from '../../operations/connect';
import { awsIn } from '../aws-in';
import { addStackOptions, type ContainmentOptions } from '../containment';
import type { Context } from '../context';
import type { OutputOptions } from '../options';
import { fail, orError, remark, respond } from '../respond';
import { withStack } from '../with-airlock';

interface Options extends ContainmentOptions, OutputOptions {
  readonly proxy?: boolean;
  readonly print?: boolean;
}

const views = orError<ConnectResult>({ lines: ({ command }) => [command.join(' ')] });

export function registerConnect(program: Command, context: Context): void {
  addStackOptions(program.command('connect <agent>'))
    .summary('open a shell on a machine, through the EC2 Instance Connect Endpoint')
    .description(
      'Finds the machine and the endpoint, and runs `aws ec2-instance-connect ssh`. That makes a key for this one session, which EC2 accepts for a minute; there is no key to keep, and CloudTrail records who connected. What you type on an agent host, the agent can see.',
    )
    .option('--proxy', 'the proxy box instead of the agent host')
    .option('--print', 'only print the command')
    .addHelpText(
      'after',
      `
Needs the AWS CLI, version 2, ssh, and AWS credentials that may connect (docs/PERMISSIONS.md). With --json it only prints
the command, too.

Examples:
  $ airlock connect scout
  $ airlock connect scout --proxy --print

Exit codes: 0 the session has ended, or the command is printed; 1 there was no session.`,
    )
    .action((agent: string, options: Options) =>
      withStack(context, options, async ({ stack, region }) => {
        const { terminal } = context;
        const part = options.proxy ? ('proxy-box' as const) : ('agent-host' as const);
        const { profile } = options;
        const result = await connect({ aws: awsIn(context, region), stack, agent, part, profile });
        if (result.reason !== 'ready' || context.json || options.print) {
          respond(context, result, views);
          return;
        }
        if (terminal.session === undefined) {
          fail(context, `a shell needs a terminal; print the command with --print`);
          return;
        }
        remark(context, `${result.part} ${result.machine} of ${result.agent}, through ${result.endpoint}`);
        const status = await terminal.session(result.command);
        if (status === undefined) {
          fail(context, 'the AWS CLI is not installed: install its version 2 (the command is "aws")');
        } else if (status !== 0) {
          fail(context, `the session ended with status ${status}: see what the AWS CLI or ssh printed above`);
        }
      }),
    );
}
