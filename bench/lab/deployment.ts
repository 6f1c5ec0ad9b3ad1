import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { janitor } from '../../lab/host/janitor';
import { takeLock } from '../../lab/host/lock';
import { findProgram, findTools } from '../../lab/host/requirements';
import { planLab } from '../../lab/network/plan/read';
import { type Roles, rolesOf } from '../../lab/network/plan/roles';
import { cellsOf } from '../../lab/proxy/plan/cells';
import { Deployment } from '../../lab/proxy/run/deployment';
import { findProxyProgram, type ProxyProgram } from '../../lab/proxy/run/proxy-program';
import { madeUpSecrets } from '../../lab/proxy/run/secrets';

/** What this machine lacks for the bench; undefined: nothing. */
export function lacks(node: string, path: string): string | undefined {
  const tools = findTools(node, path);
  if (!tools.ok) return tools.message;
  return findProgram('h2load', path) === undefined
    ? "h2load not found: run 'apt-get install nghttp2-client'"
    : undefined;
}

/**
 * Builds the lab's network with all proxy boxes, calls `use`, and removes it.
 *
 * @param template path of a synthesised template
 * @param agent whose host the requests come from
 * @throws naming what is missing, busy or refused
 */
export async function onDeployment<Result>(
  template: string,
  agent: string,
  node: string,
  path: string,
  use: (deployment: Deployment, roles: Roles, program: ProxyProgram, scratch: string) => Promise<Result>,
): Promise<Result> {
  const tools = findTools(node, path);
  if (!tools.ok) throw new Error(tools.message);
  const planned = planLab(JSON.parse(readFileSync(template, 'utf8')));
  if (!planned.ok) throw new Error(planned.problems.join('; '));
  const roles = rolesOf(planned.plan, agent);
  if (roles?.agent.machine?.agent !== agent) throw new Error(`${template} has no agent ${agent}`);
  const cells = cellsOf(planned.plan.network.template);
  const scratch = mkdtempSync(join(tmpdir(), 'airlock-lab-'));
  try {
    const found = await findProxyProgram({ path, scratch });
    if (!found.ok) throw new Error(found.message);
    const lock = takeLock();
    if (!lock.ok) throw new Error(lock.message);
    const cleaner = janitor(lock.run);
    try {
      const { release } = found.program;
      const series = `${lock.run}-b`;
      const deployment = await Deployment.build({
        roles,
        cells,
        release,
        secrets: madeUpSecrets(cells),
        series,
        tools: tools.tools,
        node,
        scratch,
      });
      try {
        return await use(deployment, roles, found.program, scratch);
      } finally {
        await deployment.takeDown();
      }
    } finally {
      await cleaner.done();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
