import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '../../lab/host/lock';
import { findProgram, findTools } from '../../lab/host/requirements';
import { planLab } from '../../lab/network/plan/read';
import { type Scene, sceneOf } from '../../lab/network/plan/scene';
import { janitor } from '../../lab/network/run/network';
import { cellsOf } from '../../lab/proxy/plan/estate';
import { type DoorProgram, findDoorProgram } from '../../lab/proxy/run/door-program';
import { madeUpSecrets } from '../../lab/proxy/run/secrets';
import { Stage } from '../../lab/proxy/run/stage';

/** What a machine lacks for it; undefined: nothing. */
export function lacks(node: string, path: string): string | undefined {
  const tools = findTools(node, path);
  if (!tools.ok) return tools.message;
  return findProgram('h2load', path) === undefined
    ? "h2load not found: run 'apt-get install nghttp2-client'"
    : undefined;
}

/**
 * The lab's network with every door at work in it, for as long as `use` takes.
 *
 * @param template path of a synthesised template
 * @param agent whose host the requests come from
 * @throws with what is missing, busy or refused
 */
export async function onStage<Result>(
  template: string,
  agent: string,
  node: string,
  path: string,
  use: (stage: Stage, scene: Scene, program: DoorProgram, scratch: string) => Promise<Result>,
): Promise<Result> {
  const found = findTools(node, path);
  if (!found.ok) throw new Error(found.message);
  const planned = planLab(JSON.parse(readFileSync(template, 'utf8')));
  if (!planned.ok) throw new Error(planned.problems.join('; '));
  const scene = sceneOf(planned.plan, agent);
  if (scene?.agent.machine?.agent !== agent) throw new Error(`${template} has no agent ${agent}`);
  const cells = cellsOf(planned.plan.network.template);
  const scratch = mkdtempSync(join(tmpdir(), 'airlock-lab-'));
  try {
    const door = await findDoorProgram({ path, scratch });
    if (!door.ok) throw new Error(door.message);
    const lock = takeLock();
    if (!lock.ok) throw new Error(lock.message);
    const cleaner = janitor(lock.run);
    try {
      const { release } = door.program;
      const series = `${lock.run}-b`;
      const stage = await Stage.build({
        scene,
        cells,
        release,
        secrets: madeUpSecrets(cells),
        series,
        tools: found.tools,
        node,
        scratch,
      });
      try {
        return await use(stage, scene, door.program, scratch);
      } finally {
        await stage.takeDown();
      }
    } finally {
      await cleaner.done();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
