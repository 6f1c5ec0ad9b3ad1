import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { type AuditResult, audit, followAudit } from '../../operations/audit';
import { auditRows } from '../audit-rows';
import { addStackOptions, type ContainmentOptions } from '../containment';
import { type Context, EXIT } from '../context';
import { sinceOption } from '../duration';
import type { OutputOptions } from '../options';
import { withProgress } from '../progress';
import { fail, respond, type Views } from '../respond';
import { count, table } from '../table';
import { noAgent, withStack } from '../with-airlock';

/** Milliseconds between two looks of `--follow`. */
const LOOK = 5_000;

interface Options extends ContainmentOptions, OutputOptions {
  readonly since: number;
  readonly denied?: boolean;
  readonly follow?: boolean;
}

const views: Views<AuditResult> = {
  json: (result) => (result.reason === 'no-answer' ? { error: result.message } : result),
  lines: (result, context) => {
    const { colours, columns } = context;
    if (result.reason === 'no-answer') return [`${colours.red('error:')} ${result.message}`];
    const rows = table(auditRows(result.records, context), '', columns);
    return [...rows, ...remarks(result).map((remark) => colours.yellow(remark))];
  },
  exitCode: (result) => (result.reason === 'read' && remarks(result).length === 0 ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason === 'no-answer',
};

/** What an answer doesn't show. */
function remarks({ unreadable, leftOut, isAll }: Extract<AuditResult, { reason: 'read' }>): string[] {
  return [
    ...(unreadable > 0 ? [`${count(unreadable, 'line')} could not be read as a record`] : []),
    ...(leftOut > 0
      ? [`${count(leftOut, 'older record')} left out: narrow it with --since or --denied`]
      : []),
    ...(isAll ? [] : ['CloudWatch has more lines than this reads: narrow it with --since']),
  ];
}

export function registerAudit(program: Command, context: Context): void {
  addStackOptions(program.command('audit <agent>'))
    .summary("the agent's requests, as the gate of its proxy box recorded them")
    .description(
      'Reads the records of the gate from the audit log: time, decision, rule, request, and how it ended. A record holds no header and no value of a query. Records reach CloudWatch within a minute.',
    )
    .addOption(sinceOption('1h'))
    .option('--denied', 'show only what was refused')
    .option(
      '--follow',
      'go on showing records as they arrive, until Ctrl-C; with --json one document for each look',
    )
    .addHelpText(
      'after',
      `
Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md). The agent chose hosts and paths; what a terminal
would obey in them is shown as \\u....

Examples:
  $ airlock audit scout --denied
  $ airlock audit scout --since 2d --json | jq '.records[] | select(.rule == "release-notes-write")'
  $ airlock audit scout --follow

Exit codes: 0 every record is shown, 1 some line is not a record or is left out, or AWS gave no answer.`,
    )
    .action((agent: string, options: Options) =>
      withStack(context, options, async ({ stack, region, airlock }) => {
        if (airlock?.agents.every(({ name }) => name !== agent))
          return fail(context, noAgent(agent, airlock));
        if (options.follow && options.output) return fail(context, '--follow has no end: leave --output out');
        const { terminal, services } = context;
        const since = new Date(terminal.now().getTime() - options.since);
        const input = {
          logs: await services.logs(region),
          region,
          stack,
          agent,
          since,
          denied: options.denied === true,
        };
        if (!options.follow) {
          const result = await withProgress(context, `reading the records of ${agent}`, () => audit(input));
          if (result.reason === 'read' && result.records.length === 0 && !context.json)
            terminal.stderr(`no record of ${agent} since ${since.toISOString()}\n`);
          return respond(context, result, views);
        }
        const show = (result: AuditResult) => {
          const isNews = result.reason === 'no-answer' || result.records.length + result.unreadable > 0;
          if (isNews) respond(context, result, views);
        };
        return followAudit(input, terminal.now, () => setTimeout(LOOK, true), show);
      }),
    );
}
