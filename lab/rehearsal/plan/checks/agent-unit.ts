import { all, type Observation } from '../../../proof/proof';
import type { Expected } from '../expected';
import type { Inspection } from '../inspection';

/** systemd rounds a share down to whole pages. */
const close = (is: number, should: number) => Math.abs(is / should - 1) < 0.02;
const MIB = 1024 ** 2;

/** R04: the agent's unit runs as its own user, with the limits of the configuration, as the kernel reports them. */
export function agentUnit(
  { agent, runsAs, limits, held, machine }: Inspection,
  expected: Expected,
): Observation {
  const memory = (machine.memoryBytes * expected.memoryPercent) / 100;
  const cpus = (machine.cpus * expected.cpuPercent) / 100;
  return all(
    `active as ${runsAs?.user} (${runsAs?.uid}) in ${agent.Slice}: ${limits && Math.round(limits.memoryBytes / MIB)} MiB, ${limits?.cpus} CPUs, ${limits?.tasks} tasks${held.length > 0 ? `, ${held.length} read-only files in its home` : ''}`,
    [agent.ActiveState === 'active', `the unit is ${agent.ActiveState ?? 'unknown'}`],
    [runsAs?.user === 'agent' && runsAs.uid === 2000, `it runs as ${runsAs?.user ?? 'nobody'}`],
    [agent.Slice === 'agent.slice', `it runs in ${agent.Slice || 'no slice'}`],
    [
      close(limits?.memoryBytes ?? 0, memory),
      `memory: ${limits?.memoryBytes ?? 'no limit'}, not ${Math.round(memory)} bytes`,
    ],
    [close(limits?.cpus ?? 0, cpus), `CPUs: ${limits?.cpus ?? 'no limit'}, not ${cpus}`],
    [Number.isFinite(limits?.tasks), 'tasks: no limit'],
    ...expected.held.map((place): [boolean, string] => [
      held.includes(place),
      `the agent can change ${place}`,
    ]),
    [agent.Restart === 'always', `Restart=${agent.Restart}`],
  );
}
