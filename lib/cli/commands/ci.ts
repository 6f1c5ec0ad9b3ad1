import { type CiResult, ci, SNAPSHOT, type SnapshotResult } from '../../operations/ci';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configInProject, configOption } from '../options';
import { withProgress } from '../progress';
import { respond, type Views } from '../respond';
import { invariantLines } from '../summary/invariants';
import { findingLines } from '../summary/stack';
import { count } from '../table';
import { type Unbuilt, unbuilt, unbuiltJson, unbuiltLines } from './synth';

type Judged = Extract<CiResult, { reason: 'judged' }>;
type Shown = Judged | Unbuilt;

const views: Views<Shown> = {
  json: (result) => (result.reason === 'judged' ? result : unbuiltJson(result)),
  lines: (result, context) =>
    result.reason === 'judged' ? judgedLines(result, context) : unbuiltLines(result, context),
  exitCode: (result) => (result.reason === 'judged' && result.passed ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'judged' && reason !== 'unsound',
};

function judgedLines({ passed, summary, open, snapshot }: Judged, context: Context): string[] {
  const { colours } = context;
  return [
    ...invariantLines(summary, context),
    ...findingLines(summary.findings, context),
    ...open.map(({ resource, message, fix }) => `${colours.red('open:')} ${resource} ${message}: ${fix}`),
    ...snapshotLines(snapshot, context),
    '',
    passed
      ? colours.green(`${summary.stack}: ${count(summary.agents.length, 'agent')}, every check passed`)
      : colours.red(`${summary.stack}: not every check passed`),
  ];
}

function snapshotLines(snapshot: SnapshotResult, { colours }: Context): string[] {
  const { file } = snapshot;
  switch (snapshot.state) {
    case 'same':
      return [`The template is the one in ${file}.`];
    case 'written':
      return [`${file} is written: commit it, so that later changes are compared with it.`];
    case 'failed':
      return [colours.red(snapshot.message)];
    case 'changed':
      return [
        `The template is not the one in ${file}:`,
        ...snapshot.diff.map((line) =>
          line.startsWith('-') ? colours.red(line) : line.startsWith('+') ? colours.green(line) : line,
        ),
        'If you meant this change, run "npm run ci -- --update" and commit the file.',
      ];
  }
}

export const registerCi = command('ci', {
  summary: "judge a team's own configuration, as its CI does",
  description: `Checks the configuration, builds the stack with every rule pack, computes what its machines can reach, and compares the template with ${SNAPSHOT} in the configuration's directory, which the first run writes. Contacts no AWS account.`,
  options: [configOption(), ['--update', `write ${SNAPSHOT} anew, to be committed`]],
  examples: ['airlock ci', 'airlock ci --update', "airlock ci --json | jq '.snapshot.diff'"],
  exitCodes: '0 every check passed, 1 otherwise.',
  run: async (context, options: CommonOptions & { readonly update?: boolean }) => {
    const result = await withProgress(context, 'Building the stack and running every check …', () =>
      ci(
        configInProject(context, options),
        { ...context.terminal, cwd: context.project },
        context.terminal.now(),
        options.update === true,
      ),
    );
    respond<Shown>(context, result.reason === 'judged' ? result : unbuilt(result), views);
  },
});
