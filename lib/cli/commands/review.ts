import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { markdownTable } from '../../markdown-table';
import { type ReviewResult, review } from '../../operations/review/review';
import { reviewHtml } from '../../review/html';
import { headline, minute, sectionsOf } from '../../review/sections';
import { command } from '../command';
import { sinceOption } from '../duration';
import { AWS_OPTIONS, type SinceOptions } from '../options';
import { withProgress } from '../progress';
import { orError, respond, type Views } from '../respond';
import { table } from '../table';
import { withAgents, withAws } from '../with-airlock';

const FORMATS = ['text', 'md', 'html'] as const;
type Format = (typeof FORMATS)[number];

interface Options extends SinceOptions {
  readonly format: Format;
}

const lines: Record<Format, Views<Extract<ReviewResult, { reason: 'reviewed' }>>['lines']> = {
  text: ({ agents }, { colours, columns }) =>
    agents.flatMap((each) => [
      colours.bold(`${each.agent}, ${minute(each.from)} to ${minute(each.to)} UTC: ${headline(each)}`),
      ...sectionsOf(each).flatMap(({ title, head, rows, note }) => [
        `  ${title}`,
        ...(rows.length > 0 ? table([head, ...rows], '    ', columns) : []),
        ...(note ? [`    ${note}`] : []),
      ]),
    ]),
  md: ({ stack, agents }) => [
    `# ${stack}: what its agents did`,
    ...agents.flatMap((each) => [
      `\n## ${each.agent}\n\n${minute(each.from)} to ${minute(each.to)} UTC: ${headline(each)}.`,
      ...sectionsOf(each).flatMap(({ title, head, rows, note }) => [
        `\n### ${title}\n`,
        ...(rows.length > 0
          ? [
              markdownTable(
                head,
                rows.map((row) => row.map(asCode)),
              ),
            ]
          : []),
        ...(note ? [`\n${note}`] : []),
      ]),
    ]),
  ],
  html: ({ stack, agents }) => {
    const file = (name: string) => readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8');
    return [reviewHtml(stack, agents, { script: file('uPlot.iife.min.js'), style: file('uPlot.min.css') })];
  },
};

/** Text that an agent may have chosen, so that no Markdown of it is obeyed. */
function asCode(cell: string): string {
  return cell === '' ? '' : `\`${cell.replaceAll('`', "'")}\``;
}

export const registerReview = command('review [agent]', {
  summary: 'what agents did, what was refused, what is new: for a person, each week',
  description:
    'Reads the records of one agent, or of all, and of as long a time before, to know what is new. The HTML is one file with plots; nothing in it comes from elsewhere.',
  options: [
    sinceOption('7d'),
    new Option('--format <format>', 'text, Markdown, or one HTML file with plots')
      .choices(FORMATS)
      .default('text'),
    ...AWS_OPTIONS,
  ],
  notes: 'Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md).',
  examples: ['airlock review', 'airlock review scout --since 30d --format html --output review.html'],
  exitCodes: '0 the records were read, 1 AWS gave no answer.',
  run: (context, name: string | undefined, options: Options) =>
    withAgents(context, options, name, async (airlock, agents) => {
      const aws = withAws(context, options, airlock);
      if (aws === undefined) return;
      const now = context.terminal.now();
      const since = new Date(now.getTime() - options.since);
      const work = () => review({ airlock, agents, aws, since, now });
      const result = await withProgress(context, 'reading the records', work);
      respond(context, result, orError<ReviewResult>({ lines: lines[options.format] }));
    }),
});
