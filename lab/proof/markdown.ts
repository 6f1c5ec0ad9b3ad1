import { countsAs, type ProofReport, tally, VERDICTS, type Verdict } from './judge';
import { groupsOf, passes, type Report } from './report';

/** The run as a document for reviewers. */
export function markdownOf(report: Report): string {
  const counts = Object.entries(tally(report.proofs)).filter(([, number]) => number > 0);
  return [
    `# ${report.title}`,
    '',
    report.scope,
    '',
    `**${passes(report) ? `Passed: ${report.success}` : 'FAILED: see the verdicts below'}** (${report.seconds} s)`,
    '',
    ...report.problems.map((each) => `- **${inCell(each)}**`),
    ...rows(
      ['verdict', 'proofs', 'meaning'],
      counts.map(([verdict, number]) => [verdict, String(number), VERDICTS[verdict as Verdict].means]),
    ),
    ...rows(['', ''], report.facts),
    ...groupsOf(report.proofs).flatMap(({ group, proofs }) => [`## ${group}`, '', ...proofRows(proofs)]),
    ...report.tables.flatMap(({ title, note, head, rows: body }) => [
      `## ${title}`,
      '',
      ...(note === undefined ? [] : [note, '']),
      ...rows(head, body),
    ]),
  ].join('\n');
}

function proofRows(proofs: readonly ProofReport[]): string[] {
  const head = [
    'id',
    'what',
    'law',
    'verdict',
    'seen',
    'must fail in',
    'seen there',
    'held by',
    'by one lock alone',
  ];
  const body = proofs.map((each) => [
    each.id,
    each.title,
    each.law,
    countsAs(each) === 'failed' ? each.verdict.toUpperCase() : each.verdict,
    each.saw,
    each.weakened.map(({ place }) => place).join('; '),
    each.weakened.map(({ saw }) => saw).join('; '),
    each.heldBy ?? '',
    each.locks.map(({ lock, held }) => (held ? lock : `NOT ${lock}`)).join(', '),
  ]);
  const used = head.map((_, column) => body.some((row) => row[column] !== ''));
  const kept = (row: readonly string[]) => row.filter((_, column) => used[column]);
  return rows(kept(head), body.map(kept));
}

/** A Markdown table and the blank line after it. */
function rows(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line), ''];
}

/** Text from templates, machines and packets stays inside its cell and is never read as markup. */
function inCell(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').replaceAll(/[\\|<>`*_[\]]/g, '\\$&');
}
