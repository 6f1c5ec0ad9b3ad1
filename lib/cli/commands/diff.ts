import { type DiffResult, diff } from '../../operations/diff';
import { command } from '../command';
import { diffLines, diffMarkdown } from '../diff-lines';
import { type CommonOptions, configOf, configOption, formatOption } from '../options';
import { orError, respond } from '../respond';
import { withAirlock } from '../with-airlock';

const FORMATS = ['text', 'md', 'json'] as const;

interface Options extends CommonOptions {
  readonly from?: string;
  readonly format: (typeof FORMATS)[number];
}

const viewsFor = (format: Options['format']) =>
  orError<DiffResult>({
    lines: (result, context) => (format === 'md' ? diffMarkdown(result) : diffLines(result, context)),
  });

export const registerDiff = command('diff', {
  summary: 'say what changed: rules opened and closed, secrets, risks, machines, cost',
  description:
    'Compares the configuration with an earlier one, one line for each change, presets and defaults written out. Without --from that is the commit at which this branch left the default branch, which shows what a pull request would show, and uncommitted edits, too. A file for --from is what an earlier `airlock diff --json --output FILE` wrote; a directory is another configuration. Changes nothing, in the work tree or in the repository.',
  options: [
    configOption(),
    [
      '--from <ref|file>',
      'a git ref, a file, or a directory (default: the merge base with the default branch)',
    ],
    formatOption(FORMATS),
  ],
  examples: [
    'airlock diff',
    'airlock diff --from v1.4.0 --format md',
    'airlock diff --json --output deployed.json     # at a deployment, and later:',
    'airlock diff --from deployed.json',
  ],
  exitCodes:
    "0 compared, whether or not something changed; 1 one of the two doesn't load, or git has no such commit.",
  run: (context, options: Options) => {
    context.json ||= options.format === 'json';
    return withAirlock(context, options, (airlock) => {
      const { cwd, env } = context.terminal;
      const directory = configOf(context, options);
      const result = diff({ airlock, directory, from: options.from, cwd, env });
      respond(context, result, viewsFor(options.format));
    });
  },
});
