import type { Context } from '../../lib/cli/context';
import { type Cell, count, table, wrap } from '../../lib/cli/table';
import { isWell, type LabReport, tally } from '../proof/report/report';
import type { AttemptReport } from '../proof/verdict';

/** What a person reads after a run: counts by group, and everything that isn't as it must be, in full. */
export function labLines(report: LabReport, context: Context): string[] {
  const { colours, columns, width } = context;
  const groups = [...new Set(report.attempts.map(({ group }) => group))];
  const bad = report.attempts.filter(({ verdict }) => verdict !== 'stopped' && verdict !== 'not applicable');
  const failing = report.controls.filter(({ verdict }) => verdict === 'fails' || verdict === 'unproven');
  const working = report.controls.filter(({ verdict }) => verdict === 'works').length;
  return [
    ...table(
      [
        ['hostile attempts', 'tried', 'stopped', 'weak', 'escaped', 'unproven', 'broken', 'n/a'],
        ...groups.map((group) => groupRow(group, report.attempts, colours)),
      ],
      '',
      columns,
    ),
    '',
    `what must work: ${working} of ${report.controls.length}`,
    ...failing.map(({ id, title, verdict, saw }) => colours.red(`  ${id} ${title}: ${verdict} (${saw})`)),
    ...decisionLines(report, context),
    ...bad.flatMap((each) => badLines(each, context)),
    '',
    ...wrap(report.scope, width).map((line) => colours.yellow(line)),
    '',
    verdictLine(report, colours),
  ];
}

function decisionLines({ decisions }: LabReport, { colours }: Context): string[] {
  if (decisions.length === 0) return [];
  const of = (verdict: string) => decisions.filter((each) => each.verdict === verdict);
  return [
    `decision cases: ${of('agrees').length} of ${decisions.length} as expected, ${of('open').length} open`,
    ...of('disagrees').map(({ id, group, saw }) => colours.red(`  ${id} (${group}): ${saw}`)),
  ];
}

function groupRow(group: string, attempts: readonly AttemptReport[], colours: Context['colours']): Cell[] {
  const counts = tally(attempts.filter((each) => each.group === group));
  const tried = Object.values(counts).reduce((sum, each) => sum + each, 0) - counts['not applicable'];
  const red = (number: number): Cell => (number === 0 ? '0' : { text: String(number), paint: colours.red });
  return [
    group,
    String(tried),
    String(counts.stopped),
    red(counts.weak),
    red(counts.escaped),
    red(counts.unproven),
    red(counts.broken),
    String(counts['not applicable']),
  ];
}

function badLines(each: AttemptReport, { colours }: Context): string[] {
  return [
    colours.red(`  ${each.id} ${each.verdict}: ${each.group}: ${each.title}`),
    `      attacks ${each.invariant}, must be stopped by ${each.stops}`,
    `      seen: ${each.saw}`,
    ...(each.sawWeakened === undefined
      ? []
      : [`      seen in the weakened network (${each.weakened}): ${each.sawWeakened}`]),
    ...each.locks
      .filter(({ held }) => !held)
      .map(({ lock, saw }) => `      not stopped by ${lock} alone: ${saw}`),
  ];
}

function verdictLine(report: LabReport, colours: Context['colours']): string {
  const { stopped, weak, escaped, unproven, broken } = tally(report.attempts);
  const where = `${count(report.networks.length, 'network')}, ${report.seconds} s`;
  if (isWell(report)) {
    return colours.green(
      `nothing got out: ${stopped} attempts stopped, each seen to get through a weakened network (${where})`,
    );
  }
  const parts = [
    ...(weak > 0 ? [`${weak} stopped by fewer locks than they name`] : []),
    ...(escaped > 0 ? [`${escaped} escaped`] : []),
    ...(unproven > 0 ? [`${unproven} unproven`] : []),
    ...(broken > 0 ? [`${broken} broken`] : []),
    ...(report.decisions.some(({ verdict }) => verdict === 'disagrees')
      ? ['the door decides otherwise']
      : []),
    ...(report.sealed ? [] : ["this machine's own interfaces changed during the run"]),
  ];
  return colours.red(`not well: ${parts.join(', ') || 'what must work does not'} (${where})`);
}
