import type { Serving } from '../../../proxy/plan/cells';
import type { Sight } from '../sight';
import { all, type Judgement } from './check';

/** One try at the installation, at a mirror that fails in one way. */
export interface Try {
  readonly serving: Serving;
  /** What the machine said of it on its console, if anything. */
  readonly said?: string;
  /** The state of the agent's unit meanwhile. */
  readonly agent: string;
}

/**
 * R12: a package that is missing, refused, cut short or another than the pinned one is said and asked for again, and
 * the agent stays off until the pinned one is there.
 * @param after once the mirror serves what is pinned; undefined: it never did
 */
export function installed(tries: readonly Try[], after?: Sight): Judgement {
  const silent = tries.filter(({ said }) => said === undefined).map(({ serving }) => serving);
  const started = tries.filter(({ agent }) => agent === 'active').map(({ serving }) => serving);
  return all(
    `said each time and tried again: ${tries.map(({ serving }) => serving).join(', ')}; agent ${after?.agent.ActiveState} once the pinned one came`,
    [tries.length > 0, 'nothing was tried'],
    [started.length === 0, `the agent runs all the same: ${started.join(', ')}`],
    [silent.length === 0, `nothing on the console says so: ${silent.join(', ')}`],
    [after?.agent.ActiveState === 'active', 'the agent does not run with the pinned one'],
  );
}
