import type { Sight } from '../sight';
import { all, type Judgement } from './check';

export interface Waiting {
  /** While the door is shut, once the machine has said that it waits. */
  readonly shut: Sight;
  /** After it was opened; undefined: it stayed shut. */
  readonly open?: Sight;
  /** The line on the console, if there was one. */
  readonly said?: string;
}

/** R02: without its proxy box the agent waits, says so on the console and in the journal, and carries on when it comes. */
export function waiting({ shut, open, said }: Waiting): Judgement {
  const line = (sight: Sight, text: RegExp) => sight.journal.find((each) => text.test(each));
  return all(
    `console: "${said}"; agent ${shut.agent.ActiveState} before, ${open?.agent.ActiveState} after the door opened`,
    [shut.agent.ActiveState !== 'active', 'the agent runs while its door is shut'],
    [said !== undefined, 'nothing on the console says that it waits'],
    [line(shut, /waiting for the proxy box/) !== undefined, 'nothing in the journal says that it waits'],
    [
      open?.agent.ActiveState === 'active',
      `the agent is ${open?.agent.ActiveState ?? 'off'} after the door opened`,
    ],
  );
}
