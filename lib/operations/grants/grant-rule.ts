import { WITH_BODY } from '../../policy/body/judge';
import { type BodyConstraint, fieldTwice } from '../../policy/grant/body-constraint';
import {
  type Grant,
  grantText,
  LONGEST,
  LONGEST_REASON,
  MOST_USES,
  REVOKED,
  readGrant,
  SHORTEST,
  type WrittenGrant,
} from '../../policy/grant/grant';
import { ruleText } from '../../policy/grant/high-risk';
import { isWithin } from '../../policy/grant/within';
import { answered, type NoAnswer } from '../aws';
import { type FoundRule, findRule, type GrantsInput, type RuleGrant } from '../grants';

export interface GrantInput extends GrantsInput {
  readonly rule: string;
  readonly seconds: number;
  readonly because: string;
  readonly paths?: readonly string[];
  readonly count?: number;
  readonly body?: readonly BodyConstraint[];
  readonly dryRun: boolean;
}

export type GrantResult =
  | (Asked & { readonly reason: 'would-grant' })
  | (Asked & {
      readonly reason: 'granted';
      readonly grant: Grant;
      /** AWS's name of whoever is recorded. */
      readonly by: string;
      /** What somebody else wrote for the same rule at the same moment, and this replaced. */
      readonly replaced: number;
    })
  | { readonly reason: 'refused'; readonly message: string }
  | NoAnswer;

interface Asked {
  readonly agent: string;
  readonly rule: RuleGrant;
  readonly written: WrittenGrant;
}

/** Grants one high-risk rule of the deployed policy. Who granted it is what AWS writes into the parameter's history. */
export function grantRule(input: GrantInput): Promise<GrantResult> {
  const wrong = wrongNumbers(input);
  if (wrong !== undefined) return Promise.resolve({ reason: 'refused', message: wrong });
  return answered(async (): Promise<GrantResult> => {
    const found = await findRule(input, input.rule);
    if ('reason' in found) return found;
    const prepared = prepare(input, found);
    if (typeof prepared === 'string') return { reason: 'refused', message: prepared };
    const { written, text } = prepared;
    const asked = { agent: input.agent, rule: found.shown, written };
    if (input.dryRun) return { reason: 'would-grant', ...asked };
    const put = await write(input, found, text);
    if (typeof put === 'string') return { reason: 'refused', message: put };
    const now = await findRule(input, input.rule);
    if ('reason' in now) return now;
    const { grant, shut, by } = now.shown;
    return grant && !shut && by && now.version === put
      ? { reason: 'granted', ...asked, grant, by, replaced: Math.max(0, put - found.version - 1) }
      : {
          reason: 'refused',
          message: `somebody changed this grant at the same moment: airlock grants ${input.agent}`,
        };
  });
}

/** What to write, or why a proxy box would not take it. */
function prepare({ seconds, because, paths, count, body }: GrantInput, found: FoundRule) {
  const refused = whyNot(found, paths, body);
  if (refused !== undefined) return refused;
  const written: WrittenGrant = {
    format: 1,
    rule: ruleText(found.rule),
    seconds,
    because,
    ...(paths && { paths: [...paths] }),
    ...(count !== undefined && { count }),
    ...(body && { body: [...body] }),
  };
  const text = grantText(written);
  if (text === undefined) return 'a parameter holds less than these paths and fields: name fewer';
  const read = readGrant(text, 0, found.rule);
  return read.kind === 'grant' ? { written, text } : `a proxy box would not take this grant: ${read.why}`;
}

export type RevokeResult =
  | { readonly reason: 'revoked'; readonly agent: string; readonly rule: string; readonly replaced: number }
  | { readonly reason: 'refused'; readonly message: string }
  | NoAnswer;

/** @param grant a rule, or the id of a grant, which must then be the one in force */
export function revokeGrant(input: GrantsInput, grant: string): Promise<RevokeResult> {
  const [rule = ''] = grant.split('@');
  return answered(async (): Promise<RevokeResult> => {
    const found = await findRule(input, rule);
    if ('reason' in found) return found;
    const { shown, version } = found;
    if (shown.shut || !shown.grant)
      return { reason: 'refused', message: `${rule} has no live grant: ${shown.shut ?? 'no grant'}` };
    if (grant !== rule && grant !== shown.grant.id)
      return {
        reason: 'refused',
        message: `the live grant of ${rule} is ${shown.grant.id}: revoke that, or ${rule}`,
      };
    const put = await write(input, found, grantText(REVOKED) ?? '');
    return typeof put === 'string'
      ? { reason: 'refused', message: put }
      : { reason: 'revoked', agent: input.agent, rule, replaced: Math.max(0, put - version - 1) };
  });
}

/** The new version, or why there is none. The first one must be the first: Parameter Store refuses to overwrite unasked. */
async function write(
  { aws, agent }: GrantsInput,
  { parameter, version }: FoundRule,
  Value: string,
): Promise<number | string> {
  const input = { Name: parameter, Value, Type: 'String' as const, Overwrite: version > 0 };
  const put = await aws.find('ssm:PutParameter', input, ({ name }) => name === 'ParameterAlreadyExists');
  return put?.Version ?? `somebody granted this rule at the same moment: airlock grants ${agent}`;
}

function wrongNumbers({ seconds, because, count }: GrantInput): string | undefined {
  if (seconds < SHORTEST || seconds > LONGEST || !Number.isInteger(seconds))
    return `--for must be from ${SHORTEST / 60} minute to ${LONGEST / 3600} hours, such as 15m`;
  if (because === '') return '--because is empty: say why the rule may be used now';
  if (because.length > LONGEST_REASON) return `--because is longer than ${LONGEST_REASON} characters`;
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= MOST_USES))
    return `--count must be a whole number from 1 to ${MOST_USES}`;
  return undefined;
}

function whyNot(
  { rule, shown }: FoundRule,
  paths: readonly string[] | undefined,
  body: readonly BodyConstraint[] | undefined,
): string | undefined {
  const twice = body && fieldTwice(body);
  if (twice !== undefined) return `--body names "${twice}" twice: one value for each field`;
  const { methods = [] } = rule;
  if (body && methods.length > 0 && !methods.some((method) => WITH_BODY.includes(method)))
    return `--body needs a request with a body (${WITH_BODY.join(', ')}), and the rule has ${methods.join(', ')}`;
  const outside = paths?.find((path) => !isWithin(path, rule.paths ?? []));
  if (outside !== undefined)
    return `--path "${outside}" is not within the rule, which has ${(rule.paths ?? []).join(', ') || 'every path'}: write one path, or one with /* at its end`;
  if (shown.grant && !shown.shut)
    return `${shown.grant.id} is live until ${new Date(shown.grant.until).toISOString()}: revoke it first, or wait`;
  return undefined;
}
