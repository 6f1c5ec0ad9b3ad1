import { z } from 'zod';
import { OPERATING_SYSTEMS, ROLES, RUNTIMES } from '../model';
import { checkMailAddress } from '../values/mail-address';
import { checkAgentName } from '../values/names';
import { checkStateSource } from '../values/state-source';
import { agentCaps } from './caps-schema';
import { atMost, dollars, list, text, wholeNumber } from './fields';
import { instanceType, proxyBox } from './proxy-schema';
import { ownRule, presetUse } from './rule-schema';
import { runtimeSettings } from './runtime-schema';
import { ownSecret, secretId } from './secret-schema';
import { modelSpend } from './spend-schema';
import { watch } from './watch-schema';

const host = z
  .strictObject({
    instanceType,
    os: z.enum(OPERATING_SYSTEMS).default('debian-13').meta({
      description:
        'Changing it needs a new machine. The first boot of debian-12 waits two minutes for resolvers (docs/REHEARSAL.md).',
    }),
    rootGiB: wholeNumber(8, 16384, 'GiB', 'Root disk in GiB. Changing it needs a new machine.').default(30),
    stateGiB: wholeNumber(1, 16384, 'GiB', 'State volume in GiB: it outlives the host.').default(50),
    stateFrom: text(
      checkStateSource,
      'Source of the state volume: a retained volume (vol-…), a snapshot (snap-…) or the ARN of a recovery point. ' +
        'Default: a blank volume. Keep the line for as long as the agent lives (docs/RESTORE.md).',
    ).optional(),
    root: z.boolean().default(false).meta({ description: "Whether the agent's user may become root." }),
    limits: z
      .strictObject({
        cpuPercent: wholeNumber(10, 100, 'percent', "Share of the machine's CPU for the agent.").default(90),
        memoryPercent: wholeNumber(
          10,
          100,
          'percent',
          "Share of the machine's memory for the agent.",
        ).default(85),
      })
      .default({ cpuPercent: 90, memoryPercent: 85 })
      .meta({ description: "Limits of the agent's systemd unit." }),
  })
  .meta({ description: "The agent's own machine." });

const percent = wholeNumber(1, 100, 'percent', 'Percent of the budget.');

/** `agents/<name>.yaml`. */
export const agentSchema = z
  .strictObject({
    name: text(checkAgentName, "Name of the agent, the same as the file's."),
    runtime: z.enum(RUNTIMES).meta({ description: 'What runs on the machine.' }),
    role: z.enum(ROLES).meta({
      description:
        'Limits its rules: reader (GET and HEAD), builder (presets only) or operator (writes, with a stated risk).',
    }),
    owner: text(checkMailAddress, 'Mail address of whoever answers for the agent.'),
    host,
    proxy: proxyBox,
    caps: agentCaps,
    spend: modelSpend,
    ...runtimeSettings,
    egress: list(
      z.union([ownRule, presetUse]),
      1,
      400,
      'Everything the agent may reach. Nothing else passes.',
    ),
    secrets: atMost(
      z.record(secretId, ownSecret),
      100,
      'Secrets by id. "airlock secrets put" sets their values.',
    ).default({}),
    onAlarm: z.enum(['contain', 'notify']).default('notify').meta({
      description:
        'What happens when its proxy box reports for three minutes that it is not healthy, or reports nothing.',
    }),
    canaries: z.boolean().default(false).meta({
      description:
        'Whether its proxy box makes up credentials for the agent host to keep, and refuses a request that holds one (docs/WATCH.md).',
    }),
    scan: z.enum(['weekly', 'off']).default('off').meta({
      description:
        "Whether the host looks every week for secrets in the agent's home (gitleaks, from mirrors.apt), and reports by its journal.",
    }),
    watch,
    budget: z
      .strictObject({
        monthlyUsd: dollars('US dollars a month for this agent.'),
        // AWS Budgets allows ten notifications for a budget.
        alertsAtPercent: list(percent, 1, 10, 'Percentages at which people are told, ascending.').default([
          50, 80, 100,
        ]),
        atLimit: z
          .enum(['contain', 'notify'])
          .default('notify')
          .meta({ description: 'What happens at 100 percent of the budget.' }),
      })
      .meta({ description: 'Budget of this agent.' }),
  })
  .meta({
    title: 'Agent Airlock: agent',
    description: 'One agent: its machine, what it may reach, its secrets.',
  });

export type AgentFile = z.output<typeof agentSchema>;
