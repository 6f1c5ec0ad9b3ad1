import type { Template } from '../template/template';
import type { SecurityGroups } from './security-groups';
import type { Subnets } from './subnets';

/** What interfaces are read from. */
export interface Parts {
  readonly template: Template;
  readonly subnets: Subnets;
  readonly groups: SecurityGroups;
}
