import { commandIn, type Where } from '../watch/command';
import { unlinked } from '../watch/words';
import type { AgentReview } from './agent-review';
import { headline, minute, sectionsOf } from './sections';

/** Rows of each section. */
const SHOWN = 5;
/** The longest cell: the agent chooses paths. */
const CELL = 160;
/** Amazon SNS takes 262,144 bytes a message (Amazon SNS endpoints and quotas). */
const MOST = 200_000;

/** What an agent's part of the mail is made from. */
export type MailPart = AgentReview | { readonly agent: string; readonly problem: string };

/** The week's review as a plain text in ASCII, within the limits of Amazon SNS. */
export function reviewMail(where: Where, parts: readonly MailPart[]) {
  const { stack } = where;
  const lines = [
    `What the agents of ${stack} did this week.`,
    `The same with plots, in one file: ${commandIn('airlock review --since 7d --format html --output review.html', where)}`,
  ];
  let bytes = 0;
  for (const [index, part] of parts.entries()) {
    const more = partLines(part);
    bytes += more.join('\n').length;
    if (bytes > MOST) {
      lines.push('', `The mail is full: ${parts.length - index} agents are left out.`);
      break;
    }
    lines.push('', ...more);
  }
  lines.push('', 'watch.review: off in airlock.yaml ends this mail.');
  return { subject: `${stack}: the week's review`.slice(0, 100), message: lines.join('\n') };
}

function partLines(part: MailPart): string[] {
  if ('problem' in part) return [ascii(part.agent), `  no answer: ${ascii(part.problem)}`];
  return [
    `${ascii(part.agent)}, ${minute(part.from)} to ${minute(part.to)} UTC`,
    `  ${ascii(headline(part))}`,
    ...sectionsOf(part).flatMap(({ title, head, rows, note }) => [
      `  ${title}${rows.length > 0 ? ` (${head.join(' | ')})` : ''}`,
      ...rows.slice(0, SHOWN).map((row) => `    ${row.map(ascii).join(' | ')}`),
      ...(rows.length > SHOWN ? [`    and ${rows.length - SHOWN} more`] : []),
      ...(note ? [`    ${ascii(note)}`] : []),
    ]),
  ];
}

function ascii(text: string): string {
  const safe = unlinked(text.slice(0, CELL).replace(/[^\x20-\x7e]/g, '?'));
  return text.length > CELL ? `${safe}...` : safe;
}
