import { all, type Observation } from '../../../proof/proof';
import type { Inspection } from '../inspection';

export interface Waiting {
  /** Without the proxy box, once the machine has said that it waits. */
  readonly without: Inspection;
  /** With the proxy box; undefined: it was never started. */
  readonly with?: Inspection;
  /** The line on the console, if there was one. */
  readonly message?: string;
}

/** R02: without its proxy box the agent waits and says so on the console and in the journal; with it, the agent starts. */
export function waiting({ without, with: later, message }: Waiting): Observation {
  const line = (seen: Inspection, text: RegExp) => seen.journal.find((each) => text.test(each));
  return all(
    `console: "${message}"; agent ${without.agent.ActiveState} without the proxy box, ${later?.agent.ActiveState} with it`,
    [without.agent.ActiveState !== 'active', 'the agent runs without its proxy box'],
    [message !== undefined, 'no message on the console that it waits'],
    [line(without, /waiting for the proxy box/) !== undefined, 'no message in the journal that it waits'],
    [
      later?.agent.ActiveState === 'active',
      `the agent is ${later?.agent.ActiveState ?? 'off'} with the proxy box`,
    ],
  );
}
