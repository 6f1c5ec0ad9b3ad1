import { JOURNAL_MIB_A_DAY } from '../../constructs/sizes';
import { fieldOf } from '../json';
import { type FollowedLog, wholeLines } from './follow';
import type { Paths } from './paths';
import { framedLine } from './testimony';

/** Lines of one part; the rest of it becomes one more. Thousands of empty ones would fill warden's memory. */
const MOST_LINES = 200;

/**
 * The agent host's journal is testimony: whoever is root there writes what they like. The front has put each part into one line
 * in base64. Each line of it becomes a text within a line of ours, with the box's time, which no bytes can leave.
 */
export const journal = ({ journalRaw: from, journal: to, journalState: state }: Paths): FollowedLog => ({
  name: 'journal',
  from,
  to,
  state,
  dayLimit: JOURNAL_MIB_A_DAY << 20,
  mark: '\n',
  frame(chunk, now) {
    const { lines, used } = wholeLines(chunk);
    const time = new Date(now).toISOString();
    return { lines: lines.flatMap((line) => framed(line, time)), used };
  },
});

function framed(line: string, time: string): string[] {
  const part = partIn(line);
  // HAProxy's own message.
  if (part === undefined) return [framedLine({ testimony: 'front', time }, line)];
  const texts = part.split('\n').filter((text) => text !== '');
  const rest = texts.splice(MOST_LINES).join(' ');
  return [...texts, ...(rest === '' ? [] : [rest])].map((text) =>
    framedLine({ testimony: 'agent-host', time }, text),
  );
}

function partIn(line: string): string | undefined {
  try {
    const text = fieldOf(JSON.parse(line), 'journal');
    return typeof text === 'string' ? Buffer.from(text, 'base64').toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
