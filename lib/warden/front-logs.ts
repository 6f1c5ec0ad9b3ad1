import { asciiJson, type FollowedLog, type Framed, wholeLines } from './follow';
import type { Paths } from './paths';

const QUESTION = /^dnsmasq\[[0-9]+\]: query\[([A-Za-z0-9=]{1,20})\] (.{1,1100}) from [0-9.]+$/;
const ANSWER = /^dnsmasq\[[0-9]+\]: config /;

/** The front's log: HAProxy writes a JSON line for each connection, in which only a plain name is the agent's. */
export const frontLog = ({ frontLog: to, frontLogRaw: from, frontLogState: state }: Paths): FollowedLog => ({
  name: 'front',
  from,
  to,
  state,
  dayLimit: 16 << 20,
  mark: '\n',
  frame(chunk) {
    const { lines, used } = wholeLines(chunk);
    return {
      lines: lines.map((text) => (/^\{"time":[\x20-\x7e]{1,2000}\}$/.test(text) ? text : asText(text))),
      used,
    };
  },
});

/** The answerer of CONNECT has lines of the same kind, in a file of its own: two programs can't write into HAProxy's. */
export const connectLog = (paths: Paths): FollowedLog => ({
  ...frontLog(paths),
  name: 'connect',
  from: paths.connectLogRaw,
  state: paths.connectLogState,
});

/** Questions to the DNS server: one line for each name and type of a second, with their number. */
export const dnsLog = ({ dnsLog: to, dnsLogRaw: from, dnsLogState: state }: Paths): FollowedLog => ({
  name: 'dns',
  from,
  to,
  state,
  dayLimit: 8 << 20,
  mark: ']: query[',
  frame: frameQuestions,
});

function frameQuestions(chunk: Buffer, now: number): Framed {
  const { lines, used } = wholeLines(chunk);
  const time = new Date(now).toISOString();
  const asked = new Map<string, number>();
  const others: string[] = [];
  for (const text of lines) {
    const [, type, name] = QUESTION.exec(text) ?? [];
    const key = JSON.stringify([type, name]);
    if (name !== undefined) asked.set(key, (asked.get(key) ?? 0) + 1);
    else if (!ANSWER.test(text)) others.push(asText(text));
  }
  const questions = [...asked].map(([key, count]) => {
    const [type, name] = JSON.parse(key);
    return asciiJson({ time, type, name, questions: count });
  });
  return { lines: [...others, ...questions], used };
}

/** A program's own message. */
function asText(text: string): string {
  return asciiJson({ line: text.slice(0, 500) });
}
