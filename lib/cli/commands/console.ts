import { InvalidArgumentError, Option } from 'commander';
import { consolePage } from '../../console/page';
import { type RunningConsole, startConsole } from '../../console/server';
import { fieldOf, jsonIn } from '../../json';
import { command } from '../command';
import { EXIT } from '../context';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { fail, printJson } from '../respond';
import { withStack } from '../with-airlock';

interface Options extends StackOptions {
  readonly port?: number;
}

export const registerConsole = command('console', {
  summary: 'watch agents live, grant and contain, in a browser on this machine',
  description:
    "Serves a page on loopback, for the one browser that opens the link: agents, requests as they arrive, what was refused and the rule that would allow it, grants, spend, contain. Each click is one of airlock's commands, run with your own AWS credentials; nobody else can reach it. It ends with Ctrl-C.",
  options: [
    ...STACK_OPTIONS,
    new Option('--port <number>', 'the port on 127.0.0.1 (default: a free one)').argParser(port),
  ],
  examples: ['airlock console'],
  exitCodes: '0 ended by Ctrl-C, 1 it could not start.',
  run: (context, options: Options) =>
    withStack(context, options, async ({ stack, aws }) => {
      const { terminal } = context;
      const where = [`--region=${aws.region}`, ...(options.stack ? [`--stack=${stack}`] : [])];
      const isOnStack = (word = '') => ['grant', 'grants', 'revoke', 'contain', 'status'].includes(word);
      const runCommand = async (argv: readonly string[]) => {
        let stdout = '';
        const quiet = {
          ...terminal,
          stdout: (text: string) => {
            stdout += text;
          },
          stderr: () => undefined,
          stdoutIsTerminal: false,
          stderrIsTerminal: false,
          onInterrupt: undefined,
        };
        const rest = isOnStack(argv[0]) ? where : [`--region=${aws.region}`];
        const config = options.config && !options.stack ? [`--config=${options.config}`] : [];
        const exitCode = await context.run([...argv, ...rest, ...config, '--json'], quiet);
        return { exitCode, stdout };
      };
      const first = await runCommand(['status']);
      // A part that AWS refuses is missing on the page, with the permission that it needs.
      const error = fieldOf(jsonIn(first.stdout), 'error');
      if (typeof error === 'string') return fail(context, error);
      let running: RunningConsole;
      try {
        const page = consolePage(stack);
        running = await startConsole({
          run: runCommand,
          page,
          port: options.port,
          now: () => terminal.now().getTime(),
        });
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return fail(
          context,
          `the port ${options.port} can't be used (${code}): pass another --port, or none`,
        );
      }
      const { url, close } = running;
      if (context.json) printJson(context, { url });
      else terminal.stdout(`open this link; it works once:\n  ${url}\n`);
      await new Promise<void>((resolve) => terminal.onInterrupt?.(resolve) ?? resolve());
      await close();
      context.exitCode = EXIT.ok;
    }),
});

function port(text: string): number {
  const number = Number(text);
  if (/^[0-9]{4,5}$/.test(text) && number >= 1024 && number <= 65_535) return number;
  throw new InvalidArgumentError('Write a port from 1024 to 65535.');
}
