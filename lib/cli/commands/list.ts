import type { Agent } from '../../config/model';
import { providerOf } from '../../config/provider';
import { command } from '../command';
import { EXIT } from '../context';
import { type CommonOptions, configOption } from '../options';
import { respond, type Views } from '../respond';
import { count, table } from '../table';
import { withAirlock } from '../with-airlock';

/** What `list` says of an agent: data, in the order of its columns. */
function summary(agent: Agent) {
  const { name, runtime, role, host, egress, secrets, owner } = agent;
  const used = providerOf(agent);
  return {
    name,
    runtime,
    role,
    host: host.instanceType,
    rules: egress.length,
    /** Refused until granted. */
    highRiskRules: egress.filter(({ risk }) => risk === 'high').length,
    secrets: secrets.length,
    provider: used?.preset ?? null,
    model: agent.model ?? used?.provider.model ?? null,
    owner,
  };
}

type Listed = readonly ReturnType<typeof summary>[];

const views: Views<Listed> = {
  json: (agents) => ({ agents }),
  lines: (agents, { colours, columns }) => [
    ...table(
      [
        ['AGENT', 'RUNTIME', 'ROLE', 'HOST', 'RULES', 'SECRETS', 'MODEL', 'OWNER'],
        ...agents.map((agent) => [
          agent.name,
          agent.runtime,
          agent.role,
          agent.host,
          agent.highRiskRules > 0 ? `${agent.rules} (${agent.highRiskRules} high)` : `${agent.rules}`,
          `${agent.secrets}`,
          [agent.provider ?? 'none', agent.model].filter(Boolean).join('/'),
          agent.owner,
        ]),
      ],
      '',
      columns,
    ),
    colours.dim(count(agents.length, 'agent')),
  ],
  exitCode: () => EXIT.ok,
};

export const registerList = command('list', {
  summary: 'list the agents',
  description: 'Lists the agents of the configuration: runtime, role, host, rules, secrets, model, owner.',
  options: [configOption()],
  examples: ['airlock list', "airlock list --json | jq -r '.agents[].name'"],
  exitCodes: '0 listed, 1 an unsound configuration.',
  run: (context, options: CommonOptions) =>
    withAirlock(context, options, ({ agents }) => respond(context, agents.map(summary), views)),
});
