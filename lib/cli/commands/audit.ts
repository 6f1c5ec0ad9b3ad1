import { setTimeout } from 'node:timers/promises';
import { type AuditResult, audit, followAudit } from '../../operations/audit';
import { archiveInBucket, archiveOnDisk } from '../../operations/audit/archive-files';
import { type TrailSource, verifyTrail } from '../../operations/audit/verify';
import { auditRows } from '../audit-rows';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { sinceOption } from '../duration';
import { fromHere, type OutputOptions, STACK_OPTIONS, type StackOptions } from '../options';
import { withProgress } from '../progress';
import { fail, orError, respond } from '../respond';
import { count, table } from '../table';
import { verdictViews } from '../trail-verdict';
import { withAgentOfStack } from '../with-airlock';

/** Milliseconds between two looks of `--follow`. */
const LOOK = 5_000;

interface Options extends StackOptions, OutputOptions {
  readonly since: number;
  readonly denied?: boolean;
  readonly follow?: boolean;
  readonly verify?: boolean;
  readonly file?: string;
  readonly archive?: string;
}

const views = orError<AuditResult>({
  lines: (result, context) => {
    const { colours, columns } = context;
    const rows = table(auditRows(result.records, context), '', columns);
    return [...rows, ...remarks(result).map((remark) => colours.yellow(remark))];
  },
  exitCode: (result) => (remarks(result).length === 0 ? EXIT.ok : EXIT.problem),
});

function recordsOf({ records }: Extract<AuditResult, { reason: 'read' }>): string {
  return records.length === 0 ? 'no record' : count(records.length, 'record');
}

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

export const registerAudit = command('audit <agent>', {
  summary: "the agent's requests, as the gate of its proxy box recorded them",
  description:
    'Reads the records of the gate from the audit log: time, decision, rule, request, and how it ended. A record holds no header and no value of a query. Records reach CloudWatch within a minute.',
  options: [
    ...STACK_OPTIONS,
    sinceOption('1h'),
    ['--denied', 'show only what was refused'],
    [
      '--follow',
      'go on showing records as they arrive, until Ctrl-C; with --json one document for each look',
    ],
    ['--verify', 'show whether the records since then are whole, by the chain that links them'],
    ['--file <path>', 'with --verify: read an export of the log group instead of CloudWatch'],
    ['--archive <where>', 'with --verify: read the write-once archive, as s3://BUCKET or as a copy on disk'],
  ],
  notes: `Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md). The agent chose hosts and paths; what a
terminal would obey in them is shown as \\u....`,
  examples: [
    'airlock audit scout --denied',
    `airlock audit scout --since 2d --json | jq '.records[] | select(.rule == "release-notes-write")'`,
    'airlock audit scout --follow',
    'airlock audit scout --verify --since 30d',
    'airlock audit scout --verify --file records.jsonl',
    'airlock audit scout --verify --archive s3://airlock-archive',
  ],
  exitCodes: `0 every record is shown, or the trail is whole; 1 some line is not a record or is left out, something of the
trail is missing, changed or late, or AWS gave no answer.`,
  run: (context, agent: string, options: Options) => {
    const wrong = contradiction(options);
    if (wrong !== undefined) return fail(context, wrong);
    if (options.file !== undefined) return verifyAndShow(context, { file: fromHere(context, options.file) });
    const bucket = /^s3:\/\/([^/]+)\/?$/.exec(options.archive ?? '')?.[1];
    if (options.archive !== undefined && bucket === undefined)
      return verifyAndShow(context, { archive: archiveOnDisk(fromHere(context, options.archive)) });
    return withAgentOfStack(context, options, agent, async ({ stack, aws }) => {
      const { terminal } = context;
      if (bucket !== undefined) {
        const s3 = await context.services.s3(aws.region, terminal.env.AWS_ENDPOINT_URL);
        return verifyAndShow(context, {
          archive: archiveInBucket(aws, s3, bucket, agent),
        });
      }
      const since = new Date(terminal.now().getTime() - options.since);
      const denied = options.denied === true;
      const input = { aws, stack, agent, since, denied };
      if (options.verify) return verifyAndShow(context, input);
      if (!options.follow) {
        const result = await withProgress(context, `reading the records of ${agent}`, () => audit(input));
        if (result.reason === 'read' && !context.json)
          terminal.stderr(`${recordsOf(result)} of ${agent} since ${result.since}\n`);
        return respond(context, result, views);
      }
      const show = (result: AuditResult) => {
        const isNews = result.reason === 'no-answer' || result.records.length + result.unreadable > 0;
        if (isNews) respond(context, result, views);
      };
      return followAudit(input, terminal.now, () => setTimeout(LOOK, true), show);
    });
  },
});

function contradiction({ verify, file, archive, follow, denied, output }: Options): string | undefined {
  if ((file ?? archive) !== undefined && !verify)
    return `${file === undefined ? '--archive' : '--file'} is for --verify: add it`;
  if (file !== undefined && archive !== undefined) return '--file and --archive are two trails: name one';
  if (verify && (follow || denied)) return '--verify judges every record: leave --follow and --denied out';
  return follow && output ? '--follow has no end: leave --output out' : undefined;
}

async function verifyAndShow(context: Context, source: TrailSource): Promise<void> {
  const now = context.terminal.now();
  respond(
    context,
    await withProgress(context, 'verifying the trail', () => verifyTrail(source, now)),
    verdictViews,
  );
}
