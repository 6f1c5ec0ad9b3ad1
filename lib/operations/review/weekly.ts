import { agentPrefix, auditLogGroup } from '../../../constructs/names';
import { rulesInForce } from '../../policy/document/rules-in-force';
import type { MailPart } from '../../review/mail';
import { reviewFrom, reviewQueries, WEEK } from '../../review/queries';
import { type Aws, unlessRefused } from '../aws';
import { insights } from './insights';
import { standings } from './standing';

export interface WeeklyInput {
  readonly aws: Aws;
  readonly stack: string;
  readonly agents: readonly string[];
  readonly now: Date;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** Agents that are looked at side by side: CloudWatch runs 30 queries of an account at once, in small accounts. */
const ABREAST = 4;

/**
 * The week of each agent, by CloudWatch Logs Insights: it reads the records where they lie, so that a function of a quarter
 * of a GB can sum up millions. An agent whose records give no answer is a part of its own.
 */
export async function weeklyReview({ aws, stack, agents, now, pause }: WeeklyInput): Promise<MailPart[]> {
  const to = now.getTime();
  const since = to - WEEK;
  const standing = standings({ aws, stack, now, budgets: false });
  const queries = reviewQueries(since);
  const reviewOf = async (agent: string): Promise<MailPart> => {
    const group = auditLogGroup(stack, agent);
    const ask = (query: string, from: number) => insights(aws, { group, query, from, to }, pause);
    const [sums, refusals, hosts, policy, about] = await Promise.all([
      ask(queries.sums, since),
      ask(queries.refusals, since),
      ask(queries.hosts, since - WEEK),
      policyOf(aws, stack, agent),
      standing(agent),
    ]);
    const baseline = policy.includes('\n  usual:\n') ? 'by the policy in force' : undefined;
    return reviewFrom({ sums, refusals, hosts }, { agent, since, now: to }, rulesInForce(policy), {
      ...about,
      baseline,
    });
  };
  const parts: MailPart[] = [];
  for (let first = 0; first < agents.length; first += ABREAST) {
    const some = agents.slice(first, first + ABREAST).map((agent) =>
      unlessRefused<MailPart, MailPart>(
        () => reviewOf(agent),
        (problem) => ({ agent, problem }),
      ),
    );
    parts.push(...(await Promise.all(some)));
  }
  return parts;
}

/** The policy's text, which lies in numbered parts. */
async function policyOf(aws: Aws, stack: string, agent: string): Promise<string> {
  const Path = `${agentPrefix(stack, agent)}/policy`;
  const parts = await aws.list('ssm:GetParametersByPath', { Path }, ({ Parameters }) => Parameters);
  const numbered = parts.map(
    ({ Name = '', Value = '' }) => [Number(Name.slice(Path.length + 1)), Value] as const,
  );
  return numbered
    .sort(([one], [other]) => one - other)
    .map(([, text]) => text)
    .join('');
}
