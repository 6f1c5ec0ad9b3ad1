import type { Sight } from '../sight';
import { all, type Judgement } from './check';

const MADE = /made the file system/;
const made = (sight: Sight) => sight.journal.some((line) => MADE.test(line));

/** R03: the state volume is made once, and mounted again after a rebuild with what was on it. */
export function stateKept(first: Sight, rebuilt: Sight): Judgement {
  const lost = first.memory.filter((line) => !rebuilt.memory.includes(line));
  return all(
    `made at the first boot only; ${rebuilt.memory.length} lines on it after the rebuild, the ${first.memory.length} of the first boot among them; ${rebuilt.mount}`,
    [made(first), 'the first boot made no file system'],
    [!made(rebuilt), 'the rebuilt machine made a file system again'],
    [/^ext4\s/.test(rebuilt.mount), 'the state volume is not mounted after the rebuild'],
    [first.memory.length > 0, 'the agent wrote nothing at the first boot'],
    [lost.length === 0, `lost in the rebuild: ${lost.length} of ${first.memory.length} lines`],
  );
}

/** R10, R11: what is damaged or wrong is said on the console and in the journal, and the agent stays off. */
export function refused(sight: Sight, said: string | undefined, words: RegExp): Judgement {
  return all(
    `console and journal: "${said}"; agent ${sight.agent.ActiveState}`,
    [sight.agent.ActiveState !== 'active' && sight.runsAs === undefined, 'the agent runs all the same'],
    [said !== undefined, 'nothing on the console says why'],
    [sight.journal.some((line) => words.test(line)), 'nothing in the journal says why'],
  );
}
