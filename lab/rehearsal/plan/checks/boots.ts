import { all, type Observation } from '../../../proof/proof';
import type { Expected } from '../expected';
import type { Inspection } from '../inspection';
import { agentUnit } from './agent-unit';

/** R05: after a reboot everything runs again, and nothing was created again. */
export function rebooted(before: Inspection, after: Inspection, expected: Expected): Observation {
  const unit = agentUnit(after, expected);
  return all(
    `another boot of the same instance, agent ${after.agent.ActiveState}, ${after.written.length} lines on the state volume`,
    [after.boot !== before.boot && after.boot !== '', 'the machine did not boot again'],
    [after.instance === before.instance, `the instance became ${after.instance || 'unknown'}`],
    [unit.result === 'held', unit.saw],
    [before.written.every((line) => after.written.includes(line)), 'the state volume lost its data'],
    [after.written.length > before.written.length, "the agent's user could write nothing"],
    [after.resolver === before.resolver && after.trusted, 'resolver or certificate changed'],
  );
}

/** R06: after a stop and start, changed user data is in force on the same instance. */
export function applied(before: Inspection, after: Inspection, changed: Expected): Observation {
  const unit = agentUnit(after, changed);
  const was = agentUnit(before, changed);
  return all(
    `same instance ${after.instance}; limits before: ${before.limits?.memoryBytes} bytes, after: ${after.limits?.memoryBytes} bytes`,
    [
      after.instance === before.instance && after.instance !== '',
      `the instance became ${after.instance || 'unknown'}`,
    ],
    [was.result !== 'held', 'the limits were the same before'],
    [unit.result === 'held', unit.saw],
  );
}
