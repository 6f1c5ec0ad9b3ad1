import type { Context } from '../../lib/cli/context';
import { type Cell, table } from '../../lib/cli/table';
import { wrap } from '../../lib/wrap';
import { countsAs, type ProofReport, tally, VERDICTS, type Verdict } from './judge';
import { groupsOf, passes, type Report } from './report';

/** What a person reads after a run: counts by group, and in full what failed. */
export function terminalLines(report: Report, context: Context): string[] {
  const { colours, columns, width } = context;
  const { proofs, problems } = report;
  const failed = proofs.filter((each) => countsAs(each) === 'failed');
  return [
    ...table(countRows(proofs, colours), '', columns),
    '',
    ...failed.flatMap((each) => failureLines(each, colours)),
    ...problems.map((each) => colours.red(`  ${each}`)),
    ...wrap(report.scope, width).map((line) => colours.yellow(line)),
    '',
    passes(report)
      ? colours.green(`${report.success} (${report.seconds} s)`)
      : colours.red(`failed: ${failureWords(report)} (${report.seconds} s)`),
  ];
}

/** A row for each group; a column for each verdict that some proof has. */
function countRows(proofs: readonly ProofReport[], colours: Context['colours']): Cell[][] {
  const total = tally(proofs);
  const used = (Object.keys(VERDICTS) as Verdict[]).filter((each) => each === 'holds' || total[each] > 0);
  return [
    ['proofs', 'tried', ...used],
    ...groupsOf(proofs).map(({ group, proofs: own }): Cell[] => {
      const counts = tally(own);
      const tried = own.filter((each) => countsAs(each) !== 'skipped').length;
      const cells = used.map((each): Cell => {
        const red = counts[each] > 0 && VERDICTS[each].counts === 'failed';
        return red ? { text: String(counts[each]), paint: colours.red } : String(counts[each]);
      });
      return [group, String(tried), ...cells];
    }),
  ];
}

function failureLines(each: ProofReport, colours: Context['colours']): string[] {
  return [
    colours.red(`  ${each.id} ${each.verdict}: ${each.title}`),
    `      ${VERDICTS[each.verdict].means}`,
    `      ${each.law}${each.heldBy === undefined ? '' : `, held by ${each.heldBy}`}`,
    `      seen: ${each.saw}`,
    ...each.weakened
      .filter(({ failed }) => !failed)
      .map(({ place, saw }) => `      did not fail in the weakened copy "${place}": ${saw}`),
    ...each.locks
      .filter(({ held }) => !held)
      .map(({ lock, saw }) => `      not held by ${lock} alone: ${saw}`),
  ];
}

function failureWords({ proofs, problems }: Report): string {
  const counts = Object.entries(tally(proofs)).filter(
    ([verdict, number]) => number > 0 && VERDICTS[verdict as Verdict].counts === 'failed',
  );
  const words = [...counts.map(([verdict, number]) => `${number} ${verdict}`), ...problems];
  return words.join(', ') || 'nothing was shown';
}
