import { markdownTable } from '../../markdown-table';
import type { VerifyResult } from '../verify';
import { isFault } from './fault';

type Verified = Extract<VerifyResult, { readonly lines: unknown }>;

/** A report to keep beside the review of a deployment. */
export function verifyMarkdown({ reason, stack, account, region, at, lines }: Verified): string {
  const failed = lines.filter(isFault).length;
  const verdict = reason === 'verified' ? 'nothing failed' : `${failed} of ${lines.length} checks failed`;
  const rows = lines.map((line) => [
    line.result,
    line.agent ?? '',
    line.id,
    line.invariants.join(' '),
    oneLine('fix' in line ? `${line.reason}. Do: ${line.fix}` : line.reason),
  ]);
  return [
    `# ${stack} in ${account}, ${region}: ${verdict}`,
    '',
    `Read from AWS at ${at}.`,
    '',
    markdownTable(['Result', 'Agent', 'Check', 'Invariants', 'Evidence'], rows),
  ].join('\n');
}

/** Names from AWS may hold anything: no line ends, and no markup. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]]/g, (mark) => `\\${mark}`);
}
