import type { SSMClient } from '@aws-sdk/client-ssm';
import { grantParameter } from '../../constructs/names';
import { answerDate } from '../aws-date';
import { didYouMean } from '../config/nearest';
import { type Grant, readGrant } from '../policy/grant/grant';
import { type HighRiskRule, highRiskRules } from '../policy/grant/high-risk';
import { sha256 } from '../warden/render';
import { type Aws, answered, type NoAnswer } from './aws';
import { notHere } from './not-here';
import { newestVersion } from './secret-history';
import { bundleOf } from './verify/live/policy';
import { valuesOf } from './verify/live/records';

export interface GrantsInput {
  readonly aws: Aws;
  readonly stack: string;
  readonly agent: string;
  /** Counts where AWS's answer has no date. */
  readonly now: Date;
}

/** A high-risk rule of the deployed policy, and its grant. */
export interface RuleGrant {
  readonly rule: string;
  /** What it lets pass, such as `DELETE api.github.com /repos/*`. */
  readonly allows: string;
  readonly grant?: Grant;
  /** Why it is shut; absent while its grant is live. */
  readonly shut?: string;
  /** AWS's name of whoever wrote the grant or revoked it. */
  readonly by?: string;
}

export type ListGrantsResult =
  | { readonly reason: 'listed'; readonly agent: string; readonly rules: readonly RuleGrant[] }
  | NoAnswer;

/** The high-risk rules of an agent, as deployed. */
export function listGrants(input: GrantsInput): Promise<ListGrantsResult> {
  return answered(async () => {
    const rules = await rulesOf(input);
    if ('reason' in rules) return rules;
    const found = await Promise.all(rules.map((rule) => readOne(input, rule)));
    return { reason: 'listed', agent: input.agent, rules: found.map(({ shown }) => shown) };
  });
}

/** A rule as an approver must know it before he decides. */
export interface FoundRule {
  readonly rule: HighRiskRule;
  readonly parameter: string;
  /** Version of the parameter; 0 when it doesn't exist. */
  readonly version: number;
  readonly shown: RuleGrant;
}

/** The rule of that name; an answer that says why not. */
export async function findRule(input: GrantsInput, id: string): Promise<FoundRule | NoAnswer> {
  const rules = await rulesOf(input);
  if ('reason' in rules) return rules;
  const rule = rules.find((each) => each.id === id);
  if (rule) return readOne(input, rule);
  const ids = rules.map((each) => each.id);
  return {
    reason: 'no-answer',
    message: `the deployed policy of ${input.agent} has no high-risk rule "${id}": it has ${ids.join(', ') || 'none'}${didYouMean(id, ids)}`,
  };
}

async function rulesOf({ aws, stack, agent }: GrantsInput): Promise<HighRiskRule[] | NoAnswer> {
  const found = await bundleOf((names) => valuesOf(aws, names), { stack, agent });
  return found.ok
    ? highRiskRules(found.bundle.gate, sha256)
    : {
        reason: 'no-answer',
        message: `the policy of ${agent} could not be read: ${found.problem}${found.isMissing ? `: ${notHere(aws.region)}` : ''}`,
      };
}

async function readOne({ aws, stack, agent, now }: GrantsInput, rule: HighRiskRule): Promise<FoundRule> {
  const { GetParametersCommand } = await import('@aws-sdk/client-ssm');
  const ssm = aws.client('ssm') as Pick<SSMClient, 'send'>;
  const parameter = grantParameter(stack, agent, rule.id);
  const command = new GetParametersCommand({ Names: [parameter] });
  const date = answerDate(command);
  const { Parameters = [] } = await aws.ask('ssm:GetParameters', () => ssm.send(command));
  const [present] = Parameters;
  const { methods = [], host, paths = [] } = rule;
  const shown = {
    rule: rule.id,
    allows: [methods.join(',') || 'any method', host, paths.join(', ') || '/*'].join(' '),
  };
  if (!present) return { rule, parameter, version: 0, shown: { ...shown, shut: 'no grant' } };
  const by = (await newestVersion(aws, parameter))?.by;
  const read = readGrant(present.Value ?? '', present.LastModifiedDate?.getTime() ?? 0, rule);
  const version = present.Version ?? 0;
  if (read.kind === 'none') return { rule, parameter, version, shown: { ...shown, shut: read.why, by } };
  const { grant } = read;
  const hasEnded = grant.until <= (date() ?? now.getTime());
  return { rule, parameter, version, shown: { ...shown, grant, ...(hasEnded && { shut: 'ended' }), by } };
}
