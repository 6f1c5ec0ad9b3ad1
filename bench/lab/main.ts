import { lacks, onDeployment } from './deployment';
import { measure } from './measure';
import { linesOf } from './table';

export { lacks };

/** @param template path of a synthesised template @param path the caller's search path @returns a table */
export function benchProxy(template: string, agent: string, node: string, path: string): Promise<string[]> {
  return onDeployment(template, agent, node, path, async (deployment, roles, program, scratch) =>
    linesOf(program, await measure(deployment, roles, scratch)),
  );
}
