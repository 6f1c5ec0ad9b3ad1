import { readKitTemplate } from '../../../lib/operations/user-data';
import type { Plan } from '../../network/plan/plan';
import { planLab } from '../../network/plan/read';
import { rolesOf } from '../../network/plan/roles';
import { type Cell, cellsOf } from '../../proxy/plan/cells';
import { type Allowed, targetOf } from '../../proxy/plan/target';
import { cellOf, type RehearsedCell } from '../plan/cell';
import { type Expected, expectedOf } from '../plan/expected';
import { type Installation, installationOf } from '../plan/installation';
import { type Os, RELEASES } from './image';

/** The agent of a rehearsal, and what the template says about it. */
export interface Subject {
  readonly plan: Plan;
  /** All cells of the template: they share the internet. */
  readonly cells: readonly Cell[];
  /** The agent's cell, for its proxy box. */
  readonly cell: Cell;
  /** The agent's cell, for its agent host. */
  readonly rehearsed: RehearsedCell;
  readonly expected: Expected;
  readonly os: Os;
  readonly installation: Installation;
  /** A request that the policy allows; undefined: every one needs a signature or a body. */
  readonly allowed: Allowed | undefined;
  readonly template: { readonly file: string; readonly sha256: string };
}

export type SubjectResult =
  | { readonly ok: true; readonly subject: Subject }
  | { readonly ok: false; readonly message: string };

/** @param file path of a template */
export function subjectOf(file: string, agent: string): SubjectResult {
  const read = readKitTemplate(file);
  if (!read.ok) return read;
  const planned = planLab(read.template);
  if (!planned.ok)
    return { ok: false, message: `the lab doesn't build this template: ${planned.problems.join('; ')}` };
  const { plan } = planned;
  const found = cellOf(plan, agent);
  if (!found.ok) return found;
  const cells = cellsOf(plan.network.template);
  const cell = cells.find((each) => each.agent === agent);
  const userData = found.cell.userData('certificate');
  const [expected, installation] = [expectedOf(userData), installationOf(userData)];
  const os = Object.keys(RELEASES).find((each) => each === expected?.os) as Os | undefined;
  if (!cell || !expected || !installation || !os)
    return { ok: false, message: `agent "${agent}": its user data was not made by this kit` };
  const roles = rolesOf(plan, agent);
  const allowed = roles && targetOf(roles, agent, cell.policy)?.read;
  const template = { file, sha256: read.sha256 };
  return {
    ok: true,
    subject: {
      ...{ plan, cells, cell, rehearsed: found.cell, expected, os, installation, template },
      allowed: allowed?.signed ? undefined : allowed,
    },
  };
}
