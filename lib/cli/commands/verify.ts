import { type VerifyResult, verify } from '../../operations/verify';
import { isFault } from '../../operations/verify/fault';
import { verifyMarkdown } from '../../operations/verify/markdown';
import { ocsfFindings } from '../../operations/verify/ocsf';
import { checkLines } from '../check-lines';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { formatOption, STACK_OPTIONS, type StackOptions } from '../options';
import { withProgress } from '../progress';
import { orError, respond } from '../respond';
import { count } from '../table';
import { version } from '../version';
import { withStack } from '../with-airlock';

const FORMATS = ['text', 'md', 'json', 'ocsf'] as const;

interface Options extends StackOptions {
  readonly format: (typeof FORMATS)[number];
}

const viewsFor = (format: Options['format']) =>
  orError<VerifyResult>({
    lines: (result, context) => {
      if (format === 'md') return [verifyMarkdown(result)];
      if (format === 'ocsf') return ocsfFindings(result, version()).map((each) => JSON.stringify(each));
      return textLines(result, context);
    },
    exitCode: ({ reason }) => (reason === 'verified' ? EXIT.ok : EXIT.problem),
  });

type Verified = Exclude<VerifyResult, { readonly reason: 'no-answer' }>;

function textLines(result: Verified, context: Context): string[] {
  const { colours } = context;
  const of = (agent: string | undefined) => result.lines.filter((line) => line.agent === agent);
  const agents = [...new Set(result.lines.flatMap(({ agent }) => agent ?? []))];
  const failed = result.lines.filter(isFault).length;
  const where = `${result.stack} in ${result.account}, ${result.region}`;
  return [
    colours.bold(`what the agents of ${where} share`),
    ...checkLines(of(undefined), context),
    ...agents.flatMap((agent) => ['', colours.bold(agent), ...checkLines(of(agent), context)]),
    '',
    failed === 0
      ? colours.green(`${where}: ${count(result.lines.length, 'check')}, nothing failed`)
      : colours.red(`${where}: ${failed} of ${count(result.lines.length, 'check')} failed`),
  ];
}

export const registerVerify = command('verify [agent]', {
  summary: 'does what runs match what was deployed and reviewed?',
  description:
    "Reads the account and compares it with the template that CloudFormation deployed, and the deployed policy with the configuration's: networks, security groups, roles, keys, volumes, logs, backups, and what the proxy boxes report. CloudFormation's own drift detection doesn't see what was added beside a template, such as one more rule of a security group or an instance profile; this does. A check without an answer from AWS names the permission that it needs, and counts as failed.",
  options: [...STACK_OPTIONS, formatOption(FORMATS, '; ocsf has one OCSF finding a line, for a SIEM')],
  notes: 'Needs AWS credentials that may read (docs/PERMISSIONS.md); it writes and decrypts nothing.',
  examples: ['airlock verify scout', 'airlock verify --format ocsf --output findings.jsonl'],
  exitCodes: '0 nothing failed, 1 something did, or AWS gave no answer.',
  run: (context, agent: string | undefined, options: Options) => {
    context.json ||= options.format === 'json';
    return withStack(context, options, async ({ stack, aws, airlock }) => {
      const now = context.terminal.now();
      const work = () => verify({ aws, stack, agent, airlock, now });
      const result = await withProgress(context, `verifying ${agent ?? stack}`, work);
      respond(context, result, viewsFor(options.format));
    });
  },
});
