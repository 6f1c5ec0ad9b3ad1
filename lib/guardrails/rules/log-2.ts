import { fieldOf, listOf } from '../../json';
import { GATE_TARGET } from '../../policy/document/facts';
import { items, textOf } from '../../reach/template/value';
import { type Finding, inEachPolicy, type Report, type Rule, reportAt } from '../rule';
import type { Cell } from '../template/cell';
import type { Policy } from '../template/policy';
import { policiesOf, proxyRoles } from '../template/proxy-role';
import type { StackTemplate } from '../template/stack-template';
import { allowsAction, identityPolicies } from '../template/statements';
import { concerns } from './log-1';
import { RECOMPILE } from './policy-delivery';

export const log2: Rule = {
  id: 'LOG-2',
  law: 'the gate sees each request first, and nobody but its proxy box writes into the audit log',
  check: (stack) => [
    ...inEachPolicy(stack, gateIsFirst),
    ...stack.cells.flatMap((cell) => otherWriters(stack, cell)),
  ],
};

function gateIsFirst({ proxy }: Policy, finding: Report, { agent }: Cell): Finding[] {
  const [first] = listOf(fieldOf(proxy, 'transforms'));
  const isGate =
    fieldOf(first, 'name') === 'grpc' &&
    fieldOf(first, 'config', 'target') === GATE_TARGET &&
    fieldOf(first, 'config', 'rules') === undefined;
  return isGate
    ? []
    : [
        finding(
          `the policy of "${agent}" doesn't show every request to the gate first, so some leave without a record`,
          RECOMPILE,
        ),
      ];
}

const WRITING = ['logs:PutLogEvents', 'logs:CreateLogStream'];
/** AWS managed policies that let their holder write into any log group. */
const WRITING_POLICIES =
  /\/(?:AWSLambda\w*ExecutionRole|CloudWatchAgent(?:Server|Admin)Policy|AmazonAPIGatewayPushToCloudWatchLogs)$/;

function otherWriters({ template }: StackTemplate, cell: Cell): Finding[] {
  const log = cell.auditLog;
  if (log === undefined) return []; // LOG-1 says so.
  const own = new Set(
    proxyRoles(template, cell).flatMap((role) => policiesOf(template, role).map(({ at }) => at)),
  );
  const writers = identityPolicies(template)
    .filter(({ at }) => !own.has(at))
    .filter(({ statements }) => statements.some((each) => allowsAction(each, WRITING) && concerns(each, log)))
    .map(({ at }) => at);
  const holders = template
    .ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
    .filter((holder) =>
      items(holder.get('ManagedPolicyArns')).some((arn) => WRITING_POLICIES.test(textOf(arn) ?? '')),
    );
  return [...writers, ...holders].map(({ id }) =>
    reportAt(id)(
      `may write into the audit log of "${cell.agent}", where every line must be of its proxy box`,
      'name the log group of the function itself',
    ),
  );
}
