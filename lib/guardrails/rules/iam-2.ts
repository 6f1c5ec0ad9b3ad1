import type { Resource, Template } from '../../reach/template/template';
import { field, isFields, items, Reference, textOf, type Value } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { policiesOf, proxyRoles } from '../template/proxy-role';
import { type Statement, statementsOf, UNKNOWN } from '../template/statements';
import { keyPolicyFindings } from './key-policy';
import { permission } from './proxy-permissions';

export const iam2: Rule = {
  id: 'IAM-2',
  law: "a proxy box's role can do what its own agent needs, on exactly what is its own agent's, and nothing else",
  check: (stack) =>
    stack.cells.flatMap((cell) => [
      ...cell.proxies.flatMap((proxy) => ofProxy(stack.template, cell, proxy, stack.cells)),
      ...keyPolicyFindings(cell, proxyRoles(stack.template, cell)),
    ]),
};

function ofProxy(template: Template, cell: Cell, proxy: Resource, cells: readonly Cell[]): Finding[] {
  const roles = proxyRoles(template, cell);
  const [role] = roles;
  if (role === undefined || roles.length !== 1) {
    return [
      {
        resource: proxy.id,
        message: `the proxy box of "${cell.agent}" has no role that this template describes, so nothing bounds it`,
        fix: 'make the box with AgentCell',
      },
    ];
  }
  const shared = cells.filter((other) => other !== cell && proxyRoles(template, other).includes(role));
  return [
    ...shared.map((other) => ({
      resource: role.id,
      message: `the proxy boxes of "${cell.agent}" and "${other.agent}" share one role`,
      fix: 'give each its own',
    })),
    ...trust(role),
    ...foreignPolicies(template, role),
    ...policiesOf(template, role).flatMap(({ statements }) =>
      statements.flatMap((statement) => ofStatement(cell, statement)),
    ),
  ];
}

function trust(role: Resource): Finding[] {
  const statements = statementsOf(role, role.get('AssumeRolePolicyDocument'));
  const onlyEc2 = statements.every(
    ({ effect, actions, principal, inverted }) =>
      effect === 'Deny' || (!inverted && actions.join() === 'sts:AssumeRole' && isEc2(principal)),
  );
  return onlyEc2
    ? []
    : [
        {
          resource: role.id,
          message: 'a proxy role may be assumed by EC2 alone',
          fix: 'trust ec2.amazonaws.com and nobody else',
        },
      ];
}

function isEc2(principal: Value): boolean {
  const services = items(field(principal, 'Service')).map((service) => textOf(service));
  return (
    isFields(principal) && Object.keys(principal).length === 1 && services.join() === 'ec2.amazonaws.com'
  );
}

/** Policies whose text is not in the template: AWS's own, or another stack's. */
function foreignPolicies(template: Template, role: Resource): Finding[] {
  return items(role.get('ManagedPolicyArns'))
    .filter((value) => template.referred(value, 'AWS::IAM::ManagedPolicy') === undefined)
    .map((value) => ({
      resource: role.id,
      message: `a proxy role may not have the managed policy ${value instanceof Reference ? value.id : (textOf(value) ?? UNKNOWN)}`,
      fix: 'write out the actions and resources it needs',
    }));
}

function ofStatement(cell: Cell, statement: Statement): Finding[] {
  if (statement.effect === 'Deny') {
    return [];
  }
  const name = `${statement.sid ? `statement ${statement.sid}` : 'a statement'} of "${cell.agent}"'s proxy role`;
  const finding = (message: string): Finding => ({
    resource: statement.at.id,
    message: `${name} ${message}`,
    fix: 'name exact actions on exact resources of this agent',
  });
  if (statement.effect !== 'Allow' || statement.inverted) {
    return [finding('allows everything it does not name')];
  }
  return statement.actions.flatMap((action) => {
    if (/[*?]/.test(action)) {
      return [
        finding(
          `allows ${action === UNKNOWN ? 'an action that is not known before the deployment' : action}`,
        ),
      ];
    }
    return statement.resources
      .map((resource) => permission(cell, action, resource, statement.conditions))
      .filter((problem) => problem !== undefined)
      .map(finding);
  });
}
