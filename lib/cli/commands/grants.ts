import { InvalidArgumentError, Option } from 'commander';
import { type GrantsInput, type ListGrantsResult, listGrants, type RuleGrant } from '../../operations/grants';
import {
  type GrantResult,
  grantRule,
  type RevokeResult,
  revokeGrant,
} from '../../operations/grants/grant-rule';
import { type BodyConstraint, constraintText, parseConstraint } from '../../policy/grant/body-constraint';
import { command, type Register } from '../command';
import type { Context } from '../context';
import { duration } from '../duration';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { orError, respond } from '../respond';
import { type Cell, count, table } from '../table';
import { withAgentOfStack } from '../with-airlock';

interface GrantOptions extends StackOptions {
  readonly for: number;
  readonly because: string;
  readonly path?: readonly string[];
  readonly count?: number;
  readonly body?: readonly BodyConstraint[];
  readonly dryRun?: boolean;
}

const granting = orError<GrantResult>({
  lines: (result, { colours, columns }) => {
    const { agent, rule, written } = result;
    if ('revoked' in written) return [];
    const limits: Cell[][] = [
      ['rule', `${rule.rule}: ${rule.allows}`],
      ...(written.paths ? [['only', written.paths.join(', ')]] : []),
      ...(written.count ? [['only', count(written.count, 'request')]] : []),
      ...(written.body ? [['only', `bodies with ${written.body.map(constraintText).join(', ')}`]] : []),
      ['for', count(written.seconds / 60, 'minute')],
      ['because', written.because],
    ];
    if (result.reason === 'would-grant')
      return [`${agent} would get this grant; nothing was written`, ...table(limits, '  ', columns)];
    const { grant, by, replaced } = result;
    return [
      `${colours.green('granted:')} ${grant.id}, in force within 15 seconds, until ${new Date(grant.until).toISOString()}`,
      ...table([...limits, ['recorded as', by]], '  ', columns),
      ...replacedLines(replaced, colours.yellow),
      `to end it sooner: airlock revoke ${agent} ${grant.rule}`,
    ];
  },
});

const revoking = orError<RevokeResult>({
  lines: ({ agent, rule, replaced }, { colours }) => [
    `${colours.green('revoked:')} the gate of ${agent} refuses ${rule} within 10 seconds`,
    'not ended by this: what a server has already accepted',
    ...replacedLines(replaced, colours.yellow),
  ],
});

function replacedLines(replaced: number, paint: (text: string) => string): string[] {
  return replaced === 0
    ? []
    : [
        paint(
          `this replaced what somebody else wrote for the rule at the same moment: ${count(replaced, 'version')}`,
        ),
      ];
}

const listing = orError<ListGrantsResult>({
  lines: (result, context) => {
    if (result.rules.length === 0) return [`${result.agent} has no high-risk rule`];
    return table(
      result.rules.map((rule) => ruleRow(rule, context)),
      '',
      context.columns,
    );
  },
});

function ruleRow({ rule, allows, grant, shut, by }: RuleGrant, { colours }: Context): Cell[] {
  const state = shut ? { text: 'shut', paint: colours.dim } : { text: 'open', paint: colours.yellow };
  const narrowed = [
    ...(grant?.paths ?? []),
    ...(grant?.count ? [count(grant.count, 'request')] : []),
    ...(grant?.body ?? []).map(constraintText),
  ].join(', ');
  return [
    state,
    rule,
    allows,
    shut ?? `until ${new Date(grant?.until ?? 0).toISOString()}${narrowed && `, only ${narrowed}`}`,
    grant ? `${by ?? 'somebody unnamed'}: ${grant.because}` : (by ?? ''),
  ];
}

function withGrants(
  context: Context,
  options: StackOptions,
  agent: string,
  use: (input: GrantsInput) => Promise<void>,
) {
  return withAgentOfStack(context, options, agent, ({ stack, aws }) =>
    use({ aws, stack, agent, now: context.terminal.now() }),
  );
}

function bodyField(text: string, before: readonly BodyConstraint[] = []): BodyConstraint[] {
  const constraint = parseConstraint(text);
  if (constraint) return [...before, constraint];
  throw new InvalidArgumentError('Write names between dots, "=" and a value, such as release.draft=true.');
}

function whole(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 on.');
  return Number(text);
}

const grant = command('grant <agent> <rule>', {
  summary: 'open one high-risk rule for a time',
  description:
    'Opens a high-risk rule of the deployed policy, at most for 8 hours, and closes it by itself: the gate refuses on the second. AWS records who granted it, and the audit log has that name and the reason. A deployment that changes the rule ends its grant.',
  options: [
    ...STACK_OPTIONS,
    new Option('--for <time>', 'how long, from 1m to 8h').argParser(duration).makeOptionMandatory(),
    new Option('--because <reason>', 'why; it is in the audit log').makeOptionMandatory(),
    ['--path <path...>', "only these paths, within the rule's: exact, or with /* at the end"],
    new Option('--count <number>', 'only so many requests').argParser(whole),
    new Option(
      '--body <field=value...>',
      'only JSON bodies with this value in this field, such as draft=true',
    ).argParser(bodyField),
    ['--dry-run', 'say what would be granted; write nothing'],
  ],
  notes: "Needs the approver's permissions (docs/PERMISSIONS.md). docs/OPERATING.md says what a grant does.",
  examples: [
    'airlock grant scout release-delete --for 15m --because "the tag is wrong, see ticket 12" --count 1',
    'airlock grant scout release-delete --for 1h --because "cleaning up" --path /repos/ironsh/iron-proxy/releases/7 --dry-run',
    'airlock grant scout merge --for 15m --because "release day" --body merge_method=squash',
  ],
  exitCodes: '0 granted, 1 not granted.',
  run: (context, agent: string, rule: string, options: GrantOptions) =>
    withGrants(context, options, agent, async (input) => {
      const { for: milliseconds, because, path, count: uses, body, dryRun = false } = options;
      const narrowed = { paths: path, count: uses, body };
      const seconds = milliseconds / 1000;
      const asked = { ...input, rule, seconds, because: because.trim(), ...narrowed, dryRun };
      respond(context, await grantRule(asked), granting);
    }),
});

const grants = command('grants <agent>', {
  summary: 'the high-risk rules of an agent, and which are open, until when, by whom and why',
  description: 'Reads the deployed policy and the grants. A rule is shut without a live grant.',
  options: STACK_OPTIONS,
  examples: ["airlock grants scout --json | jq '.rules[] | select(.shut == null)'"],
  exitCodes: '0 shown, 1 AWS gave no answer.',
  run: (context, agent: string, options: StackOptions) =>
    withGrants(context, options, agent, async (input) => respond(context, await listGrants(input), listing)),
});

const revoke = command('revoke <agent> <grant>', {
  summary: 'end a grant before its time',
  description: 'The name is that of the rule, or the id of the grant, which must then be the live one.',
  options: STACK_OPTIONS,
  examples: ['airlock revoke scout release-delete'],
  exitCodes: '0 revoked, 1 there is no such live grant, or AWS gave no answer.',
  run: (context, agent: string, grant: string, options: StackOptions) =>
    withGrants(context, options, agent, async (input) =>
      respond(context, await revokeGrant(input, grant), revoking),
    ),
});

export const GRANTS: readonly Register[] = [grant, grants, revoke];
