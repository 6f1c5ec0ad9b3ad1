import { type SynthResult, synth } from '../../operations/synth';
import { isWell, type Summary } from '../../operations/synth/summary';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configInProject, configOption } from '../options';
import { problemData, problemLines } from '../problems';
import { withProgress } from '../progress';
import { respond, type Views } from '../respond';
import { summaryLines } from '../summary/summary';
import { count } from '../table';

interface Options extends CommonOptions {
  readonly quiet?: boolean;
}

/** The CDK's output split into lines, because `printable` escapes line breaks. */
type Shown =
  | Exclude<SynthResult, { reason: 'refused' }>
  | (Omit<Refused, 'output'> & { readonly output: string[] });
type Refused = Extract<SynthResult, { reason: 'refused' }>;
/** A synth without a stack. */
export type Unbuilt = Exclude<Shown, { reason: 'synthesised' }>;

function views(quiet: boolean | undefined): Views<Shown> {
  return {
    json: (result) => (result.reason === 'synthesised' ? result : unbuiltJson(result)),
    lines: (result, context) =>
      result.reason !== 'synthesised'
        ? unbuiltLines(result, context)
        : quiet && isWell(result.summary)
          ? []
          : summaryLines(result.summary, context),
    exitCode: (result) =>
      result.reason === 'synthesised' && isWell(result.summary) ? EXIT.ok : EXIT.problem,
    // Problems of the configuration are a result here, as for `check`.
    failed: ({ reason }) => reason !== 'synthesised' && reason !== 'unsound',
  };
}

export function unbuilt(result: Exclude<SynthResult, { reason: 'synthesised' }>): Unbuilt {
  return result.reason === 'refused'
    ? { ...result, output: result.output.trimEnd().split(/\r?\n/u) }
    : result;
}

export function unbuiltJson(result: Unbuilt): object {
  return result.reason === 'unsound'
    ? { reason: 'unsound', problems: result.problems.map(problemData) }
    : result;
}

export function unbuiltLines(result: Unbuilt, context: Context): string[] {
  switch (result.reason) {
    case 'unsound':
      return problemLines(result.problems, context);
    case 'refused':
      return [...result.output, ...refusal(result.summary, context)];
    case 'unreadable':
      return [context.colours.red(`what the CDK left behind can't be read: ${result.message}`)];
    case 'no-project':
      return [
        context.colours.red(
          'no cdk.json here: run this in the directory that holds it, or write a lost one anew with "npx airlock init AGENT", AGENT being one that is there',
        ),
      ];
    case 'no-cdk':
      return [
        context.colours.red(
          "the AWS CDK CLI isn't installed here: run 'npm ci', or 'npm install --save-dev aws-cdk@2.1148.1'",
        ),
      ];
  }
}

function refusal(summary: Summary | undefined, { colours }: Context): string[] {
  const errors = summary?.findings.reduce((sum, pack) => sum + pack.errors, 0) ?? 0;
  const because = errors > 0 ? `: ${count(errors, 'finding')} that nobody acknowledged` : '';
  return [colours.red(`the CDK refused to build this stack${because}`)];
}

export const registerSynth = command('synth', {
  summary: 'build the stack and prove what its agents can reach; no AWS account needed',
  description:
    'Builds the one CloudFormation stack from the configuration, runs every rule pack, computes what each machine can reach, and says what to do next. Contacts no AWS account.',
  options: [configOption(), ['--quiet', 'print nothing when all is well']],
  examples: [
    'airlock synth',
    'airlock synth --config config/production',
    "airlock synth --json | jq '.summary.resources'",
  ],
  exitCodes: '0 built and every check held, 1 otherwise. The template is in cdk.out.',
  run: async (context, options: Options) => {
    const result = await withProgress(context, 'Building the stack and running every check …', () =>
      synth(
        configInProject(context, options),
        { ...context.terminal, cwd: context.project },
        context.terminal.now(),
      ),
    );
    const shown = result.reason === 'synthesised' ? result : unbuilt(result);
    respond<Shown>(context, shown, views(options.quiet));
  },
});
