import type { Expected } from '../expected';
import type { Sight } from '../sight';
import { agentUnit } from './agent-unit';
import { all, type Judgement } from './check';

/** R05: after a reboot everything is up again, and nothing was made anew. */
export function rebooted(before: Sight, after: Sight, expected: Expected): Judgement {
  const unit = agentUnit(after, expected);
  return all(
    `another boot of the same instance, agent ${after.agent.ActiveState}, ${after.memory.length} lines on the state volume`,
    [after.boot !== before.boot && after.boot !== '', 'the machine did not boot again'],
    [after.instance === before.instance, `the instance became ${after.instance || 'unknown'}`],
    [unit.held, unit.saw],
    [before.memory.every((line) => after.memory.includes(line)), 'the state volume lost what was on it'],
    [after.memory.length > before.memory.length, "the agent's user could write nothing"],
    [after.resolver === before.resolver && after.trusted, 'resolver or certificate is not what it was'],
  );
}

/** R06: a changed user data is in force after a stop and start of the same instance. */
export function applied(before: Sight, after: Sight, changed: Expected): Judgement {
  const unit = agentUnit(after, changed);
  const was = agentUnit(before, changed);
  return all(
    `same instance ${after.instance}; limits before: ${before.limits?.memoryBytes} bytes, after: ${after.limits?.memoryBytes} bytes`,
    [
      after.instance === before.instance && after.instance !== '',
      `the instance became ${after.instance || 'unknown'}`,
    ],
    [!was.held, 'nothing was different before'],
    [unit.held, unit.saw],
  );
}
