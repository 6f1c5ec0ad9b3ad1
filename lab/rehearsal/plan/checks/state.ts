import { all, type Observation } from '../../../proof/proof';
import type { Inspection } from '../inspection';

const MADE = /made the file system/;
const made = (seen: Inspection) => seen.journal.some((line) => MADE.test(line));

/** R03: the state volume is formatted once; after a rebuild it is mounted with its data. */
export function stateKept(first: Inspection, rebuilt: Inspection): Observation {
  const lost = first.written.filter((line) => !rebuilt.written.includes(line));
  return all(
    `formatted at the first boot only; ${rebuilt.written.length} lines on it after the rebuild, the ${first.written.length} of the first boot among them; ${rebuilt.mount}`,
    [made(first), 'the first boot made no file system'],
    [!made(rebuilt), 'the rebuilt machine made a file system again'],
    [/^ext4\s/.test(rebuilt.mount), 'the state volume is not mounted after the rebuild'],
    [first.written.length > 0, 'the agent wrote nothing at the first boot'],
    [lost.length === 0, `lost in the rebuild: ${lost.length} of ${first.written.length} lines`],
  );
}

/** R10, R11, R13, R15, R16: the reason is on the console and in the journal, and the agent stays off. */
export function refused(seen: Inspection, message: string | undefined, words: RegExp): Observation {
  return all(
    `console and journal: "${message}"; agent ${seen.agent.ActiveState}`,
    [seen.agent.ActiveState !== 'active' && seen.runsAs === undefined, 'the agent runs nevertheless'],
    [message !== undefined, 'no reason on the console'],
    [seen.journal.some((line) => words.test(line)), 'no reason in the journal'],
  );
}
