import { labBundle } from '../../host/files';
import { LineProgram } from '../../host/line-program';
import type { Tools } from '../../host/requirements';
import { layoutOf } from '../../network/plan/namespaces';
import type { Scene } from '../../network/plan/scene';
import { build, type Standing } from '../../network/run/network';
import type { Cell } from '../plan/estate';
import type { Release } from '../plan/internet-role';
import { Box } from './box';
import { Internet, OWN, roleOf } from './internet';

export interface StageOptions {
  readonly scene: Scene;
  readonly cells: readonly Cell[];
  readonly release: Release;
  /** Values of secrets, by parameter. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Tells the networks of one run apart. */
  readonly series: string;
  readonly tools: Tools;
  readonly node: string;
  readonly scratch: string;
  readonly names?: readonly string[];
}

/** A network that stands, with an internet beyond it and a proxy box at work in each cell. */
export class Stage {
  private constructor(
    readonly standing: Standing,
    readonly internet: Internet,
    readonly boxes: readonly Box[],
    private readonly hands: ReadonlyMap<string, LineProgram>,
  ) {}

  /** @throws when a part doesn't come up; nothing is left standing then */
  static async build(options: StageOptions): Promise<Stage> {
    const { scene, cells, release, secrets, series, tools, node, scratch, names } = options;
    const role = roleOf({ cells, release, secrets, scratch, names }, tools);
    const layout = layoutOf(scene.plan, scene.agent, Object.values(role.hosts));
    const standing = await build(layout, series, tools);
    const programs: { close(): Promise<void> }[] = [];
    try {
      const internet = await Internet.start(standing, role, node, tools.path);
      programs.push(internet);
      const started = await Promise.allSettled(
        scene.plan.stations
          .filter(({ machine }) => machine?.part === 'proxy-box')
          .flatMap(({ name, v4: address, machine }) => {
            const cell = cells.find(({ agent }) => agent === machine?.agent);
            if (cell === undefined) return [];
            const [namespace, resolvers] = [standing.full(name), scene.plan.namedResolvers];
            return Box.start({ namespace, address, cell, resolvers, authority: internet.authority, node });
          }),
      );
      const boxes = started.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
      programs.push(...boxes);
      const failed = started.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const hands = new Map<string, LineProgram>();
      for (const { name, machine } of scene.plan.stations) {
        if (machine?.part !== 'agent-host') continue;
        const authority = internet.certificates[machine.agent ?? ''];
        const { program } = await LineProgram.start(
          standing.full(name),
          [...OWN, node, labBundle('hand.cjs')],
          { authority, secrets },
          { PATH: tools.path },
        );
        programs.push(program);
        hands.set(machine.agent ?? '', program);
      }
      await Promise.all(boxes.map((box) => box.until(true)));
      return new Stage(standing, internet, boxes, hands);
    } catch (error) {
      await Promise.all(programs.map((each) => each.close()));
      await standing.takeDown();
      throw error;
    }
  }

  async takeDown(): Promise<void> {
    await Promise.all([...this.hands.values(), ...this.boxes, this.internet].map((each) => each.close()));
    await this.standing.takeDown();
  }

  /** The program on an agent's host. */
  hand(agent: string): LineProgram {
    const hand = this.hands.get(agent);
    if (hand === undefined) throw new Error(`the lab has no host of ${agent}`);
    return hand;
  }

  box(agent: string): Box {
    const box = this.boxes.find(({ cell }) => cell.agent === agent);
    if (box === undefined) throw new Error(`the lab has no proxy box of ${agent}`);
    return box;
  }
}
