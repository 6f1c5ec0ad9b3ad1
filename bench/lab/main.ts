import { measure } from './measure';
import { lacks, onStage } from './stage';
import { linesOf } from './table';

export { lacks };

/** @param template path of a synthesised template @param path the caller's search path @returns a table */
export function benchDoor(template: string, agent: string, node: string, path: string): Promise<string[]> {
  return onStage(template, agent, node, path, async (stage, scene, program, scratch) =>
    linesOf(program, await measure(stage, scene, scratch)),
  );
}
