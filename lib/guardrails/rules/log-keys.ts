import { items, textOf } from '../../reach/template/value';
import type { Finding } from '../rule';
import type { Cell } from '../template/cell';
import { policiesOf } from '../template/proxy-role';
import type { StackTemplate } from '../template/stack-template';
import type { Statement } from '../template/statements';

/** Associates the stack's log groups with their keys (`constructs/provider/resources/log-keys`). */
const LOG_KEYS_TYPE = 'Custom::AirlockLogKeys';

/** Whether a statement gives the function behind that resource the one action that it needs, and nothing beside it. */
export function keepsLogsEncrypted({ template }: StackTemplate, statement: Statement): boolean {
  const needed = statement.actions.join() === 'logs:AssociateKmsKey' && !statement.inverted;
  return (
    needed &&
    template.ofType(LOG_KEYS_TYPE).some((resource) => {
      const maker = template.referred(resource.get('ServiceToken'), 'AWS::Lambda::Function');
      const role = template.referred(maker?.get('Role'), 'AWS::IAM::Role');
      return role !== undefined && policiesOf(template, role).some(({ at }) => at === statement.at);
    })
  );
}

/** A foreign key: whoever owns it could disable or delete it and make the log unreadable. */
export function foreignLogKeys({ template }: StackTemplate, cell: Cell): Finding[] {
  const log = cell.auditLog;
  if (log === undefined) return [];
  return template.ofType(LOG_KEYS_TYPE).flatMap((resource) =>
    items(resource.get('Groups'))
      .map((pair) => textOf(pair)?.split(' ') ?? [])
      .filter(([name]) => name === `\${${log.id}}` || name === textOf(log.get('LogGroupName')))
      .filter(([, key]) => cell.key === undefined || key !== `\${${cell.key.id}.Arn}`)
      .map(() => ({
        resource: resource.id,
        message: `puts the audit log of "${cell.agent}" under a key that isn't the agent's own`,
        fix: "name the agent's key",
      })),
  );
}
