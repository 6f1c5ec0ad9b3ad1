import type { Finding } from '../audit/verdict';
import type { VerifyTrailResult } from '../operations/audit/verify';
import { EXIT } from './context';
import { orError } from './respond';
import { count, table } from './table';

const MEANING: Readonly<Record<Finding['kind'], string>> = {
  missing: 'nowhere in the log',
  changed: 'not as the gate wrote it: another line or a head of warden tells of a different one',
  reordered: 'not in the order in which the gate wrote',
  foreign: 'not linked to any line: not of the gate, or damaged',
  restarted:
    'begins anew on the same box, without saying where the chain before it ended: the file of records was taken away',
  late: 'came to CloudWatch more than a minute after their time',
};

export const verdictViews = orError<VerifyTrailResult>({
  lines: (result, { colours, columns }) => {
    const { whole, lines, chains, findings, heads, doubled, unlinked, clockBack, isAll } = result;
    const notes = [
      ...(doubled > 0 ? [`${count(doubled, 'line')} came twice, the same`] : []),
      ...(unlinked > 0 ? [`${count(unlinked, 'line')} of before records were linked`] : []),
      ...(clockBack > 0 ? [`the box's clock went back ${count(clockBack, 'time')}`] : []),
      ...(heads.pending > 0
        ? [`${count(heads.pending, 'head')} of the last two minutes: no record yet`]
        : []),
      ...(lines === 0 && whole
        ? [`no record in this time, as ${count(heads.before, 'head')} of warden say`]
        : []),
      ...(findings.length === 0 && !whole
        ? ['no linked record and no head is there, so nothing was judged: look further back with --since']
        : []),
      ...(isAll ? [] : ['CloudWatch has more lines than this reads: narrow it with --since']),
    ];
    return [
      ...chains.map(({ chain, box, why, first, last }) => {
        const began = why ? `began here on box ${box} (${why})` : `anchored at ${first.prev.slice(0, 16)}`;
        return `chain ${chain}: ${first.seq} to ${last.seq}, ${first.time} to ${last.time}, ${began}`;
      }),
      ...table(
        findings.map(({ kind, chain, from, to, lines, seconds }) => [
          { text: kind, paint: colours.red },
          chain ?? '-',
          from === undefined ? '' : from === to ? String(from) : `${from} to ${to}`,
          lines > 0 ? count(lines, 'line') : '',
          `${MEANING[kind]}${seconds === undefined ? '' : `, by up to ${seconds} s`}`,
        ]),
        '',
        columns,
      ),
      ...notes.map((note) => colours.yellow(note)),
      `${count(lines, 'line')}, ${count(heads.matched, 'head')} of warden matched: ${
        whole && isAll ? colours.green('whole') : colours.red('not whole')
      }`,
    ];
  },
  exitCode: ({ whole, isAll }) => (whole && isAll ? EXIT.ok : EXIT.problem),
});
