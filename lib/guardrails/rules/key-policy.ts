import type { Resource } from '../../reach/template/template';
import { field, isFields, items, Reference, textOf, type Value } from '../../reach/template/value';
import type { Finding } from '../rule';
import type { Cell } from '../template/cell';
import { type Statement, statementsOf } from '../template/statements';

/**
 * The policy of an agent's key may allow the account (where IAM then decides), AWS services under a condition, and the
 * agent's own proxy role. Anybody else could decrypt the agent's secrets.
 */
export function keyPolicyFindings(cell: Cell, ownRoles: readonly Resource[]): Finding[] {
  const { key } = cell;
  if (key === undefined) {
    return [
      {
        resource: cell.anchor.id,
        message: `agent "${cell.agent}" has no key of its own`,
        fix: 'make one with AgentCell',
      },
    ];
  }
  return statementsOf(key, key.get('KeyPolicy'))
    .filter((statement) => statement.effect !== 'Deny')
    .filter((statement) => !isLimited(statement, ownRoles))
    .map((statement) => ({
      resource: key.id,
      message: `${statement.sid ? `statement ${statement.sid}` : 'a statement'} of the key of "${cell.agent}" allows more than its account, AWS services under a condition and its own proxy role`,
      fix: 'take the statement away, or bind it to the account or the log group it is for',
    }));
}

function isLimited({ principal, conditions, inverted }: Statement, ownRoles: readonly Resource[]): boolean {
  if (inverted || !isFields(principal)) {
    return false;
  }
  return Object.entries(principal).every(([kind, value]) => {
    if (kind === 'Service') {
      return isFields(conditions) && BINDINGS.some((operator) => isFields(field(conditions, operator)));
    }
    return kind === 'AWS' && items(value).every((each) => isAccount(each) || isOwn(each, ownRoles));
  });
}

const BINDINGS = ['ArnEquals', 'ArnLike', 'StringEquals'];

function isAccount(value: Value): boolean {
  return (
    /^arn:[^*?]+:iam::\$\{AWS::AccountId\}:root$/.test(textOf(value) ?? '') ||
    /^arn:aws[a-z-]*:iam::\d{12}:root$/.test(textOf(value) ?? '')
  );
}

function isOwn(value: Value, roles: readonly Resource[]): boolean {
  return value instanceof Reference && roles.some((role) => role.id === value.id);
}
