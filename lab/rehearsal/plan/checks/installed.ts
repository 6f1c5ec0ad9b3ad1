import { all, type Observation } from '../../../proof/proof';
import type { Serving } from '../../../proxy/plan/cells';
import type { Inspection } from '../inspection';

/** One attempt to install, from a mirror that fails in one way. */
export interface Try {
  readonly serving: Serving;
  /** The message on the console, if there was one. */
  readonly message?: string;
  /** State of the agent's unit at that time. */
  readonly agent: string;
}

/**
 * R12: a package that is missing, refused, cut short or different is reported and fetched again; the agent stays off until
 * the pinned one arrives.
 * @param after once the mirror serves the pinned packages; undefined: it never did
 */
export function installed(tries: readonly Try[], after?: Inspection): Observation {
  const silent = tries.filter(({ message }) => message === undefined).map(({ serving }) => serving);
  const started = tries.filter(({ agent }) => agent === 'active').map(({ serving }) => serving);
  return all(
    `reported and tried again: ${tries.map(({ serving }) => serving).join(', ')}; agent ${after?.agent.ActiveState} with the pinned package`,
    [tries.length > 0, 'nothing was tried'],
    [started.length === 0, `the agent runs nevertheless: ${started.join(', ')}`],
    [silent.length === 0, `no message on the console: ${silent.join(', ')}`],
    [after?.agent.ActiveState === 'active', 'the agent does not run with the pinned package'],
  );
}
