import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { packageRoot } from '../../../../constructs/package-root';
import type { Cell, InternetRole } from '../../../lab/doors/estate';
import { internetRole, type Release } from '../../../lab/doors/internet-role';
import type { Arrival } from '../../../lab/doors/wire';
import { NET } from '../../../lab/network/namespace';
import { layoutOf } from '../../../lab/network/namespaces';
import type { Scene } from '../../../lab/scene';
import { type Answer, LineProgram } from '../line-program';
import { build, type Standing } from '../network';
import type { Tools } from '../requirements';
import { Box } from './box';

/** A world of processes of its own: whatever a program has started ends with it. */
const OWN = ['unshare', '--pid', '--fork', '--kill-child'] as const;

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
    readonly role: InternetRole,
    readonly boxes: readonly Box[],
    private readonly net: LineProgram,
    private readonly hands: ReadonlyMap<string, LineProgram>,
    readonly certificates: Readonly<Record<string, string>>,
  ) {}

  /** @throws when a part doesn't come up; nothing is left standing then */
  static async build(options: StageOptions): Promise<Stage> {
    const { scene, cells, release, secrets, series, tools, node, scratch, names } = options;
    const directory = join(packageRoot(), 'dist');
    const { moto, dnsmasq } = tools;
    const role = internetRole({ cells, release, secrets, moto, dnsmasq, scratch, sha256: hash, names });
    const layout = layoutOf(scene.plan, scene.agent, Object.values(role.hosts));
    const standing = await build(layout, series, tools);
    const programs: { close(): Promise<void> }[] = [];
    try {
      const { program: net, ready } = await LineProgram.start(
        standing.full(NET),
        [...OWN, node, join(directory, 'lab', 'internet.cjs')],
        role,
        { PATH: tools.path },
      );
      programs.push(net);
      const certificates = ready.certificates as Record<string, string>;
      const started = await Promise.allSettled(
        scene.plan.stations
          .filter(({ machine }) => machine?.part === 'proxy-box')
          .flatMap(({ name, v4, machine }) => {
            const cell = cells.find(({ agent }) => agent === machine?.agent);
            if (cell === undefined) return [];
            const authority = String(ready.certificate);
            const box = { directory, node };
            return Box.start(standing.full(name), v4, cell, scene.plan.namedResolvers, authority, box);
          }),
      );
      const boxes = started.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
      programs.push(...boxes);
      const failed = started.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const hands = new Map<string, LineProgram>();
      for (const { name, machine } of scene.plan.stations) {
        if (machine?.part !== 'agent-host') continue;
        const authority = certificates[machine.agent ?? ''];
        const { program } = await LineProgram.start(
          standing.full(name),
          [...OWN, node, join(directory, 'lab', 'hand.cjs')],
          { authority, secrets },
          { PATH: tools.path },
        );
        programs.push(program);
        hands.set(machine.agent ?? '', program);
      }
      await Promise.all(boxes.map((box) => box.until(true)));
      return new Stage(standing, role, boxes, net, hands, certificates);
    } catch (error) {
      await Promise.all(programs.map((each) => each.close()));
      await standing.takeDown();
      throw error;
    }
  }

  async takeDown(): Promise<void> {
    await Promise.all([...this.hands.values(), ...this.boxes, this.net].map((each) => each.close()));
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

  /** What arrived on the internet from a point on. */
  async since(start: number): Promise<{ arrivals: Arrival[]; next: number; asked: string[] }> {
    return this.ask({ do: 'since', start }) as unknown as Promise<{
      arrivals: Arrival[];
      next: number;
      asked: string[];
    }>;
  }

  async point(name: string, addresses: readonly string[]): Promise<void> {
    await this.ask({ do: 'point', name, addresses });
  }

  async aws(up: boolean): Promise<void> {
    await this.ask({ do: 'aws', up });
  }

  async put(name: string, value: string): Promise<void> {
    await this.ask({ do: 'put', name, value });
  }

  private async ask(request: object): Promise<Answer> {
    const answer = await this.net.ask(request);
    if (answer.broken !== undefined) throw new Error(`the lab's internet: ${answer.broken}`);
    return answer;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
