import { auditLogGroup } from '../../../constructs/names';
import type { Resource } from '../../reach/template/template';
import { integerOf, items, textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { refersTo } from '../template/lookup';
import { policiesOf, proxyRoles } from '../template/proxy-role';
import type { StackTemplate } from '../template/stack-template';
import {
  allowsAction,
  identityPolicies,
  patternMatches,
  type Statement,
  UNKNOWN,
} from '../template/statements';
import { archiveFindings } from './archive';
import { foreignLogKeys, keepsLogsEncrypted } from './log-keys';
import { RETAINED } from './retained';

export const log1: Rule = {
  id: 'LOG-1',
  law: 'every request is in a log group that nobody in the stack can delete or shorten',
  check: (stack) =>
    stack.cells.flatMap((cell) => [
      ...group(cell),
      ...foreignLogKeys(stack, cell),
      ...written(stack, cell),
      ...erasers(stack, cell),
      ...archiveFindings(stack, cell),
    ]),
};

function group(cell: Cell): Finding[] {
  const log = cell.auditLog;
  if (log === undefined) {
    return [
      {
        resource: cell.anchor.id,
        message: `agent "${cell.agent}" has no log group ${auditLogGroup(cell.stack, cell.agent)}`,
        fix: 'make the agent with AgentCell',
      },
    ];
  }
  const finding = (message: string, fix: string): Finding => ({ resource: log.id, message, fix });
  const retained = [log.raw.deletionPolicy, log.raw.updateReplacePolicy].every((policy) =>
    RETAINED.includes(String(policy)),
  );
  return [
    ...(integerOf(log.get('RetentionInDays'))
      ? []
      : [finding('the audit log has no RetentionInDays', 'say how long it is kept')]),
    ...(refersTo(log.get('KmsKeyId'), cell.key)
      ? []
      : [
          finding(
            "the audit log is not encrypted with the agent's own key",
            "set KmsKeyId to the agent's key",
          ),
        ]),
    ...(retained
      ? []
      : [
          finding(
            'the audit log goes with the stack',
            'set DeletionPolicy and UpdateReplacePolicy to Retain',
          ),
        ]),
  ];
}

/** The proxy box must be able to write to the log. */
function written(stack: StackTemplate, cell: Cell): Finding[] {
  const log = cell.auditLog;
  if (log === undefined || cell.proxies.length === 0) {
    return [];
  }
  const writes = proxyRoles(stack.template, cell)
    .flatMap((role) => policiesOf(stack.template, role))
    .flatMap((policy) => policy.statements)
    .some(
      (statement) =>
        ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) => statement.actions.includes(action)) &&
        concerns(statement, log),
    );
  return writes
    ? []
    : [
        {
          resource: log.id,
          message: `the proxy box of "${cell.agent}" can't write its audit log`,
          fix: 'allow its role logs:CreateLogStream and logs:PutLogEvents on it',
        },
      ];
}

const ERASING = [
  'logs:DeleteLogGroup',
  'logs:DeleteLogStream',
  'logs:PutRetentionPolicy',
  'logs:DeleteRetentionPolicy',
  'logs:DisassociateKmsKey',
  'logs:AssociateKmsKey',
];

/** AWS managed policies that let their holder erase logs. */
const ERASING_POLICIES =
  /\/(?:AdministratorAccess|PowerUserAccess|CloudWatch(?:Logs)?FullAccess(?:V2)?|SystemAdministrator)$/;

function erasers(stack: StackTemplate, cell: Cell): Finding[] {
  const log = cell.auditLog;
  if (log === undefined) {
    return [];
  }
  const message = `may delete or shorten the audit log of "${cell.agent}"`;
  const fix = 'take the permission away: nothing in the stack needs it';
  const statements = identityPolicies(stack.template)
    .flatMap((policy) => policy.statements)
    .filter((statement) => allowsAction(statement, ERASING) && concerns(statement, log))
    .filter((statement) => !keepsLogsEncrypted(stack, statement));
  const holders = stack.template
    .ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
    .filter((holder) =>
      items(holder.get('ManagedPolicyArns')).some((arn) => ERASING_POLICIES.test(textOf(arn) ?? '')),
    );
  return [...statements.map(({ at }) => at.id), ...holders.map(({ id }) => id)].map((resource) => ({
    resource,
    message,
    fix,
  }));
}

export function concerns({ resources, inverted }: Statement, log: Resource): boolean {
  const name = textOf(log.get('LogGroupName')) ?? '';
  return (
    inverted ||
    resources.some(
      (resource) =>
        resource === UNKNOWN ||
        resource.startsWith(`\${${log.id}.Arn}`) ||
        patternMatches(
          resource.replaceAll(/\$\{AWS::\w+\}/g, '*'),
          `arn:aws:logs:us-east-1:123456789012:log-group:${name}:log-stream:x`,
        ) ||
        patternMatches(
          resource.replaceAll(/\$\{AWS::\w+\}/g, '*'),
          `arn:aws:logs:us-east-1:123456789012:log-group:${name}`,
        ),
    )
  );
}
