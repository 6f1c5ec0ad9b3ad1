import { RUNTIMES, type Runtime, type RuntimeSettings } from '../../constructs/agent-host/runtimes';
import type { Agent, Airlock } from '../config/model';
import { providerOf } from '../config/provider';

/** The runtime's settings for the agent host. */
export function runtimeSettings(airlock: Airlock, agent: Agent): RuntimeSettings {
  const used = providerOf(agent);
  const { channels = {} }: Runtime = RUNTIMES[agent.runtime];
  const presets = new Set(agent.egress.map(({ preset }) => preset));
  return {
    provider: used && { preset: used.preset, region: used.region },
    channels: Object.keys(channels).filter((name) => presets.has(name)),
    role: agent.role,
    model: agent.model,
    mcpServers: agent.mcpServers,
    skills: agent.skills,
    transcriptDays: agent.transcripts.days,
    npmMirror: airlock.mirrors.npm,
    pypiMirror: airlock.mirrors.pypi,
    custom: agent.custom,
  };
}
