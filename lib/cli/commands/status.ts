import { OLD_IMAGE_DAYS } from '../../config/image-age';
import { type AgentStatus, type StatusResult, status } from '../../operations/status';
import { REFUSAL_HOURS } from '../../operations/status/reads';
import { describeSpent } from '../../policy/gate/spend/sums';
import { REASONS, type ReasonCode } from '../../warden/reason';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { withProgress } from '../progress';
import { orError, respond } from '../respond';
import { count, table } from '../table';
import { withStack } from '../with-airlock';

/** Some part is missing. */
const INCOMPLETE = 2;

const views = orError<StatusResult>({
  lines: ({ stack, account, region, status, agents }, context) => [
    context.colours.dim(`${stack} in ${account}, ${region}: ${status}`),
    ...agents.flatMap((agent) => ['', ...agentLines(agent, context)]),
  ],
  exitCode: ({ agents }) => (agents.every(({ missing }) => missing.length === 0) ? EXIT.ok : INCOMPLETE),
});

function agentLines(agent: AgentStatus, { colours, columns }: Context): string[] {
  const { containment, machines, secrets, grants, spend, streams, refusals } = agent;
  const rows: (readonly [string, string | undefined])[] = [
    ['containment', containment],
    ...(machines ?? []).map((machine): [string, string] => [
      machine.part,
      `${machine.id} ${machine.state}, image ${machine.image}${ageOf(machine.imageDays)}`,
    ]),
    ['health', healthText(agent)],
    ['policy', policyText(agent)],
    [
      'packages',
      agent.policy?.packages &&
        `Amazon Linux ${agent.policy.packages.release}${ageOf(agent.policy.packages.days)}`,
    ],
    [
      'secrets',
      secrets &&
        [
          `${secrets.set} set`,
          ...(secrets.unset.length > 0 ? [`not set: ${secrets.unset.join(', ')}`] : []),
          ...(secrets.otherKey.length > 0
            ? [`the proxy box can't decrypt: ${secrets.otherKey.join(', ')}`]
            : []),
        ].join('; '),
    ],
    ...(grants ?? []).map(({ rule, until, because, by }): [string, string] => [
      'granted',
      `${rule} until ${new Date(until).toISOString()} by ${by ?? 'somebody unnamed'}: ${because}`,
    ]),
    ['model calls', agent.health?.spend && describeSpent(agent.health.spend)],
    ['spend', spend && `${spend.spentUsd.toFixed(2)} of ${spend.limitUsd.toFixed(2)} USD this month`],
    [
      'streams',
      streams &&
        (streams.map(({ name, last }) => `${name} ${last?.toISOString() ?? 'empty'}`).join(', ') || 'none'),
    ],
    ...(refusals ?? []).map(({ at, request, reason }): [string, string] => [
      'refused',
      `${at.toISOString()} ${request} ${reason}`.trim(),
    ]),
    ...(refusals?.length === 0 ? [['refused', `nothing in ${REFUSAL_HOURS} hours`] as const] : []),
  ];
  const there = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return [
    containment === 'open' ? colours.bold(agent.agent) : colours.red(agent.agent),
    ...table(there, '  ', columns),
    ...agent.missing.map((message) => `  ${colours.yellow('missing')}: ${message}`),
  ];
}

function ageOf(days: number | undefined): string {
  if (days === undefined) return '';
  return `, ${count(days, 'day')} old${days > OLD_IMAGE_DAYS ? ' (worth renewing)' : ''}`;
}

function healthText({ health }: AgentStatus): string | undefined {
  if (health === undefined) return undefined;
  if (health === null) return 'silent';
  const at = health.at.toISOString();
  return health.isHealthy
    ? `healthy at ${at}`
    : `NOT healthy at ${at}: ${health.reasons.map(inWords).join('; ')}`;
}

/** The code, which runbooks and alarms name, and what it means. */
function inWords(code: string): string {
  return Object.hasOwn(REASONS, code) ? `${code}, ${REASONS[code as ReasonCode]}` : code;
}

function policyText({ policy }: AgentStatus): string | undefined {
  if (!policy) return undefined;
  const { deployed, isInForce } = policy;
  const force = isInForce ? 'in force' : isInForce === null ? 'nobody says whether in force' : 'NOT in force';
  return `${deployed} is deployed and ${force}`;
}

export const registerStatus = command('status [agent]', {
  summary: 'what runs, what it may do, what was refused, what it costs',
  description:
    "Shows each deployed agent: containment, machines and the age of their images, the proxy box's health, whether the deployed policy is in force, secrets without a value, live grants, the last refusals, the month's spend against the budget, and the log streams. It reads no secret.",
  options: STACK_OPTIONS,
  notes:
    'Needs AWS credentials that may read (docs/PERMISSIONS.md). A part that AWS refuses is missing, and its permission named.',
  examples: ['airlock status', "airlock status scout --json | jq '.agents[0].secrets.unset'"],
  exitCodes: '0 everything is shown, 1 AWS gave no answer, 2 some part is missing.',
  run: (context, agent: string | undefined, options: StackOptions) =>
    withStack(context, options, async ({ stack, aws }) => {
      const input = { aws, stack, agent, now: context.terminal.now() };
      const work = () => status(input);
      respond(context, await withProgress(context, `asking for ${agent ?? stack}`, work), views);
    }),
});
