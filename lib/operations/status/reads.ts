import { auditLogGroup, grantParameter } from '../../../constructs/names';
import { fieldOf, jsonIn, listOf } from '../../json';
import { type Grant, readGrant } from '../../policy/grant/grant';
import type { HighRiskRule } from '../../policy/grant/high-risk';
import type { Aws } from '../aws';
import { byId } from '../ec2-tags';
import type { LiveParameter } from '../verify/live/records';

/** When each image was made, by its id. One that is gone is left out. */
export async function imagesOf(aws: Aws, ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  if (ids.length === 0) return new Map();
  const input = { ...byId('image-id', ...ids), IncludeDeprecated: true };
  const { Images = [] } = await aws.call('ec2:DescribeImages', input);
  return new Map(
    Images.flatMap(({ ImageId, CreationDate }) =>
      ImageId && CreationDate ? [[ImageId, new Date(CreationDate)] as const] : [],
    ),
  );
}

export type Stream = Awaited<ReturnType<typeof streamsOf>>[number];

export async function streamsOf(aws: Aws, stack: string, agent: string) {
  const group = { logGroupName: auditLogGroup(stack, agent) };
  const { logStreams = [] } = await aws.call('logs:DescribeLogStreams', group);
  return logStreams.map(({ logStreamName = '', lastEventTimestamp }) => ({
    name: logStreamName,
    /** CloudWatch may say it up to an hour late. */
    ...(lastEventTimestamp !== undefined && { last: new Date(lastEventTimestamp) }),
  }));
}

export interface Refusal {
  readonly at: Date;
  /** Method and host. */
  readonly request: string;
  readonly reason: string;
}

/** Refusals of the gate and of iron-proxy. */
const REFUSED = '{ ($.decision = "refuse") || ($.audit.action = "reject") }';
/** How far back refusals are looked for, in hours, and how many are shown. */
export const REFUSAL_HOURS = 24;
const MOST_REFUSALS = 3;
/** CloudWatch answers oldest first; a day with more pages than this shows those that were read. */
const MOST_PAGES = 5;

export async function refusalsOf(
  aws: Aws,
  of: { readonly stack: string; readonly agent: string; readonly now: Date },
): Promise<Refusal[]> {
  const found: Refusal[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await aws.call('logs:FilterLogEvents', {
      logGroupName: auditLogGroup(of.stack, of.agent),
      startTime: of.now.getTime() - REFUSAL_HOURS * 3_600_000,
      filterPattern: REFUSED,
      nextToken,
    });
    found.push(...(answer.events ?? []).flatMap(({ timestamp, message }) => refusal(timestamp, message)));
    nextToken = answer.nextToken;
    if (!nextToken) break;
  }
  return found.sort((one, other) => other.at.getTime() - one.at.getTime()).slice(0, MOST_REFUSALS);
}

/** The agent chooses host and path, so both are cut short. */
function refusal(timestamp: number | undefined, message = ''): Refusal[] {
  const line = jsonIn(message);
  const text = (...names: readonly string[]) => {
    const found = names.map((name) => fieldOf(line, name)).find((each) => typeof each === 'string');
    return String(found ?? '').slice(0, 120);
  };
  const isRefusal = fieldOf(line, 'decision') === 'refuse' || fieldOf(line, 'audit', 'action') === 'reject';
  if (!isRefusal || timestamp === undefined) return [];
  return [
    { at: new Date(timestamp), request: `${text('method')} ${text('host')}`.trim(), reason: text('reason') },
  ];
}

export interface LiveGrant extends Grant {
  /** AWS's name of whoever granted it. */
  readonly by?: string;
}

/** The live grants of an agent's high-risk rules. */
export async function grantsOf(
  values: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  parameters: readonly Pick<LiveParameter, 'name' | 'changed' | 'by'>[],
  rules: readonly HighRiskRule[],
  of: { readonly stack: string; readonly agent: string; readonly now: Date },
): Promise<LiveGrant[]> {
  const written = rules.flatMap((rule) => {
    const name = grantParameter(of.stack, of.agent, rule.id);
    const parameter = parameters.find((each) => each.name === name);
    return parameter ? [{ rule, ...parameter }] : [];
  });
  const found = await values(written.map(({ name }) => name));
  return written.flatMap(({ rule, name, changed, by }) => {
    const read = readGrant(found.get(name) ?? '', changed?.getTime() ?? 0, rule);
    return read.kind === 'grant' && read.grant.until > of.now.getTime() ? [{ ...read.grant, by }] : [];
  });
}

export interface Spend {
  readonly spentUsd: number;
  readonly limitUsd: number;
}

/** The month's spend of each budget of the account, by the budget's name and by the tag that it counts. */
export async function spendOf(aws: Aws, AccountId: string): Promise<ReadonlyMap<string, Spend>> {
  const found = await aws.jsonList<unknown>(
    'budgets:DescribeBudgets',
    { AccountId, MaxResults: 100 },
    'Budgets',
    { action: 'budgets:ViewBudget' },
  );
  return new Map(
    found.flatMap((budget) => {
      const spend = {
        spentUsd: Number(fieldOf(budget, 'CalculatedSpend', 'ActualSpend', 'Amount') ?? 0),
        limitUsd: Number(fieldOf(budget, 'BudgetLimit', 'Amount') ?? 0),
      };
      const names = [fieldOf(budget, 'BudgetName'), ...listOf(fieldOf(budget, 'CostFilters', 'TagKeyValue'))];
      return names.map((name) => [String(name), spend] as const);
    }),
  );
}
