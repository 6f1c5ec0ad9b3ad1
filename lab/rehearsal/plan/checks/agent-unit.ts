import type { Expected } from '../expected';
import type { Sight } from '../sight';
import { all, type Judgement } from './check';

/** systemd counts in whole pages and rounds a share down. */
const close = (is: number, should: number) => Math.abs(is / should - 1) < 0.02;
const MIB = 1024 ** 2;

/** R04: the agent's unit is up, as its own user, with the limits of the configuration, in the kernel's own words. */
export function agentUnit({ agent, runsAs, limits, held, machine }: Sight, expected: Expected): Judgement {
  const memory = (machine.memoryBytes * expected.memoryPercent) / 100;
  const cpus = (machine.cpus * expected.cpuPercent) / 100;
  return all(
    `active as ${runsAs?.user} (${runsAs?.uid}) in ${agent.Slice}: ${limits && Math.round(limits.memoryBytes / MIB)} MiB, ${limits?.cpus} CPUs, ${limits?.tasks} tasks${held.length > 0 ? `, ${held.length} files held at home` : ''}`,
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
      `${place} is the agent's to change`,
    ]),
    [agent.Restart === 'always', `Restart=${agent.Restart}`],
  );
}
