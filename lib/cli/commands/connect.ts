import { type ConnectResult, connect } from '../../operations/connect';
import { command } from '../command';
import { type OutputOptions, STACK_OPTIONS, type StackOptions } from '../options';
import { fail, orError, remark, respond } from '../respond';
import { withStack } from '../with-airlock';

interface Options extends StackOptions, OutputOptions {
  readonly proxy?: boolean;
  readonly print?: boolean;
}

const views = orError<ConnectResult>({ lines: ({ command }) => [command.join(' ')] });

export const registerConnect = command('connect <agent>', {
  summary: 'open a shell on a machine, through the EC2 Instance Connect Endpoint',
  description:
    'Finds the machine and the endpoint, and runs `aws ec2-instance-connect ssh`. That makes a key for this one session, which EC2 accepts for a minute; there is no key to keep, and CloudTrail records who connected. What you type on an agent host, the agent can see.',
  options: [
    ...STACK_OPTIONS,
    ['--proxy', 'the proxy box instead of the agent host'],
    ['--print', 'only print the command'],
  ],
  notes: `Needs the AWS CLI, version 2, ssh, and AWS credentials that may connect (docs/PERMISSIONS.md). With --json it only
prints the command, too.`,
  examples: ['airlock connect scout', 'airlock connect scout --proxy --print'],
  exitCodes: '0 the session has ended, or the command is printed; 1 there was no session.',
  run: (context, agent: string, options: Options) =>
    withStack(context, options, async ({ stack, aws }) => {
      const { terminal } = context;
      const part = options.proxy ? ('proxy-box' as const) : ('agent-host' as const);
      const { profile } = options;
      const result = await connect({ aws, stack, agent, part, profile });
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
});
