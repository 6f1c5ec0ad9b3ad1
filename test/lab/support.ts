import { layoutOf } from '../../lib/lab/network/namespaces';
import type { Plan } from '../../lib/lab/network/plan';
import { planLab } from '../../lib/lab/network/read';
import { type Scene, sceneOf } from '../../lib/lab/scene';
import type { PlainTemplate } from '../../lib/lab/weakened/edits';
import { fixture } from '../support/templates';

export { fixture };

/** The kit's own template, as the network tests of reach know it. */
export const KIT: PlainTemplate = fixture('airlock-kit');

export function planned(template: unknown): Plan {
  const result = planLab(template);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.plan;
}

export function cast(template: unknown): Scene {
  const scene = sceneOf(planned(template));
  if (scene === undefined) throw new Error('no cell');
  return scene;
}

export function layout(template: unknown) {
  const scene = cast(template);
  return layoutOf(scene.plan, scene.agent);
}

/** The rules of one nftables chain. */
export function chainOf(rules: string, name: string): string[] {
  const [, rest = ''] = rules.split(`chain ${name} {\n`);
  return (rest.split('}\n')[0] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
