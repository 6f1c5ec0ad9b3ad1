import type { Check } from '../check';
import { fail } from '../check';
import { AGENT, type AgentSettings, ROOT_GIB, type Settings } from '../configuration';
import { machineOf } from '../look';
import { judgeState } from '../state';

const agentWith = (change: Partial<AgentSettings>) => (settings: Settings) => ({
  ...settings,
  agents: { ...settings.agents, [AGENT]: { ...(settings.agents[AGENT] as AgentSettings), ...change } },
});

/** One check for each setting that replaces a machine. */
export const replacements: readonly Check[] = [
  replacement('replace-os', 'host.os', agentWith({ os: 'debian-12' })),
  replacement('replace-root-disk', 'host.rootGiB', agentWith({ rootGiB: ROOT_GIB + 2 })),
  replacement('replace-network', 'network.cidr', (settings) => ({ ...settings, cidr: '10.87.0.0/20' })),
];

function replacement(id: string, setting: string, change: (settings: Settings) => Settings): Check {
  return {
    id,
    title: `a changed \`${setting}\` gives the agent another host, with its state`,
    covers: ['replacement'],
    minutes: 40,
    needs: ['state'],
    run: async (trial) => {
      const before = await machineOf(trial, 'agent-host');
      trial.configure(change);
      await trial.deploy();
      const after = await machineOf(trial, 'agent-host');
      const evidence = `${before.id} became ${after.id}`;
      return before.id === after.id
        ? fail(`${after.id} was not replaced`)
        : judgeState(trial, AGENT, evidence);
    },
  };
}
