import { z } from 'zod';
import { type Injection, OPERATING_SYSTEMS, RISKS, ROLES, RUNTIMES } from '../model';
import { checkDuration, parseDuration } from '../values/duration';
import { checkFormatter } from '../values/formatter';
import { checkHeaderName, checkPlaceholder, checkQueryParameter } from '../values/header-name';
import { checkHost } from '../values/host-name';
import { checkMethod, METHODS } from '../values/http-method';
import { checkInstanceType } from '../values/instance-type';
import { checkMailAddress } from '../values/mail-address';
import { checkAgentName, checkSecretId, kebab } from '../values/names';
import { checkParameterName } from '../values/parameter-name';
import { checkPath } from '../values/path-pattern';
import { checkStateSource } from '../values/state-source';
import { atMost, checkReason, dollars, list, refuse, text, wholeNumber } from './fields';
import { runtimeSettings } from './runtime-schema';

export const secretId = text(checkSecretId, 'Id of a secret below secrets, or of one that a preset brings.');
const instanceType = text(checkInstanceType, 'EC2 instance type, arm64 (Graviton).');

export const risk = z.enum(RISKS).meta({
  description: 'low: pass. medium: pass, and count as an action. high: refused without a live grant.',
});
export const method = text(checkMethod, { description: 'HTTP method, upper case.', enum: METHODS });

export const ownRule = z
  .strictObject({
    id: text(kebab(64), 'Name of the rule, unique within the agent.'),
    host: text(checkHost, 'Host name, or "*." and a domain, which matches the domain too.'),
    methods: list(
      method,
      1,
      20,
      'Methods that the rule allows. Without them: every method, and because must give the reason.',
    ).optional(),
    paths: list(
      text(
        checkPath,
        'Decoded path. "*" is any text within a segment; a last "/*" covers everything below, and the path before it.',
      ),
      1,
      200,
      'Paths that the rule allows. Without them: every path, and because must give the reason.',
    ).optional(),
    secret: secretId.optional(),
    risk: risk.optional(),
    because: text(
      checkReason,
      'The reason for a dangerous rule (docs/CONFIGURATION.md lists which).',
    ).optional(),
  })
  .meta({ title: 'egress rule' });

export const presetUse = z
  .strictObject({
    preset: text(kebab(64), 'Name of a file in presets/: its rules and secret together.'),
    with: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'Values of the parameters that the preset has.' }),
  })
  .meta({ title: 'preset' });

const formatter = text(
  checkFormatter,
  'Go template around {{ .Value }}; base64 is the one function. Default: the bare value.',
);

const WAYS = ['header', 'query', 'pathPlaceholder'] as const;

const injectionText = z.strictObject({
  header: text(checkHeaderName, 'Header the value goes into.').optional(),
  query: text(checkQueryParameter, 'Query parameter the value goes into.').optional(),
  pathPlaceholder: text(
    checkPlaceholder,
    'Text that the agent sends in the path; iron-proxy replaces it with the value.',
  ).optional(),
  formatter: formatter.optional(),
});

/** Parses to the model's form. Exactly one of the three names where the value goes. */
export const injection = injectionText
  .superRefine((written, context) => {
    const ways = WAYS.filter((way) => written[way] !== undefined);
    if (ways.length !== 1) {
      const message = ways.length === 0 ? 'does not say where the value goes' : `names ${ways.join(' and ')}`;
      refuse(context, { message, fix: 'name exactly one of header, query and pathPlaceholder' });
    } else if (ways[0] === 'pathPlaceholder' && written.formatter !== undefined) {
      const message = 'has no effect beside pathPlaceholder, where the bare value goes';
      refuse(context, { message, fix: 'remove it' }, ['formatter']);
    }
  })
  .transform(({ header, query, pathPlaceholder, formatter = '{{ .Value }}' }): Injection => {
    if (header !== undefined) return { kind: 'header', header, formatter };
    if (query !== undefined) return { kind: 'query', parameter: query, formatter };
    return { kind: 'path', placeholder: String(pathPlaceholder) };
  })
  .meta({ description: 'Where the value goes: one of header, query and pathPlaceholder.' });

/** Parses to seconds. */
export const ttl = text(
  checkDuration,
  'How long iron-proxy may keep the value, such as 15m or 1h30m; 1m to 24h.',
).transform((duration) => parseDuration(duration) as number);

export const ownSecret = z
  .strictObject({
    parameter: text(checkParameterName, 'Parameter Store name. Default: /<stack>/<agent>/<id>.').optional(),
    inject: injection.optional(),
    ttl: ttl.optional(),
  })
  .meta({
    title: 'secret',
    description: "A secret, or settings that override those of a preset's secret (then without inject).",
  });

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
    proxy: z
      .strictObject({ instanceType: instanceType.default('t4g.micro') })
      .default({ instanceType: 't4g.micro' })
      .meta({ description: 'The proxy box of this agent.' }),
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
          .meta({ description: 'What happens at 100 percent.' }),
      })
      .meta({ description: 'Budget of this agent.' }),
  })
  .meta({
    title: 'Agent Airlock: agent',
    description: 'One agent: its machine, what it may reach, its secrets.',
  });

export type OwnRule = z.output<typeof ownRule>;
export type PresetUse = z.output<typeof presetUse>;
export type OwnSecret = z.output<typeof ownSecret>;
export type AgentFile = z.output<typeof agentSchema>;
