import type { Resource, Template } from '../../reach/template/template';
import { items, textOf } from '../../reach/template/value';
import type { Cell } from './cell';
import { refersTo } from './lookup';
import { type IdentityPolicy, identityPolicies } from './statements';

/** The roles of an agent's proxy boxes, as far as the template describes them. */
export function proxyRoles(template: Template, cell: Cell): Resource[] {
  return cell.proxies.flatMap((proxy) => {
    const profile = template.referred(proxy.get('IamInstanceProfile'), 'AWS::IAM::InstanceProfile');
    return items(profile?.get('Roles')).flatMap((role) => template.referred(role, 'AWS::IAM::Role') ?? []);
  });
}

/** Every policy of the template that a role has, whichever of the two says so. */
export function policiesOf(template: Template, role: Resource): IdentityPolicy[] {
  const name = textOf(role.get('RoleName'));
  const attached = items(role.get('ManagedPolicyArns'));
  return identityPolicies(template).filter(
    ({ at, roles }) =>
      roles.some((value) => refersTo(value, role) || (name !== undefined && textOf(value) === name)) ||
      attached.some((value) => refersTo(value, at)),
  );
}
