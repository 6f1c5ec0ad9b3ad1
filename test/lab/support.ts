import { layoutOf } from '../../lab/network/plan/namespaces';
import type { Plan } from '../../lab/network/plan/plan';
import { planLab } from '../../lab/network/plan/read';
import { type Roles, rolesOf } from '../../lab/network/plan/roles';
import type { PlainTemplate } from '../../lab/network/weakened/edits';
import { pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { fixture } from '../support/templates';

export { fixture };

export const KIT: PlainTemplate = templateOf(pinned(kitAirlock()));

export function planned(template: unknown): Plan {
  const result = planLab(template);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.plan;
}

export function rolesIn(template: unknown): Roles {
  const roles = rolesOf(planned(template));
  if (roles === undefined) throw new Error('no cell');
  return roles;
}

export function layout(template: unknown) {
  const roles = rolesIn(template);
  return layoutOf(roles.plan, roles.agent);
}

/** The rules of one nftables chain. */
export function chainOf(rules: string, name: string): string[] {
  const [, rest = ''] = rules.split(`chain ${name} {\n`);
  return (rest.split('}\n')[0] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
