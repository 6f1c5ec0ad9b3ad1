import { setTimeout as pause } from 'node:timers/promises';
import { labBundle } from '../../host/files';
import { type Answer, LineProgram } from '../../host/line-program';
import type { Tools } from '../../host/requirements';
import { layoutOf } from '../../network/plan/namespaces';
import type { Roles } from '../../network/plan/roles';
import { buildNetwork, type RunningNetwork } from '../../network/run/network';
import type { Cell } from '../plan/cells';
import type { Release } from '../plan/internet-role';
import { Box } from './box';
import { Internet, OWN, roleOf } from './internet';

export interface DeploymentOptions {
  readonly roles: Roles;
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

/** Milliseconds between two requests of one agent host: the front takes 100 new connections a second, by default. */
const APART = 12;

/** Asks the program on an agent host, no faster than the front of its proxy box takes connections. */
class Worker {
  private free = 0;

  constructor(private readonly program: LineProgram) {}

  async ask(request: object, patience?: number): Promise<Answer> {
    const at = Math.max(Date.now(), this.free);
    this.free = at + APART;
    await pause(at - Date.now());
    return this.program.ask(request, patience);
  }
}

/** A running network with an internet, and a working proxy box in each cell. */
export class Deployment {
  private constructor(
    readonly network: RunningNetwork,
    readonly internet: Internet,
    readonly boxes: readonly Box[],
    private readonly workers: ReadonlyMap<string, Worker>,
    private readonly programs: readonly { close(): Promise<void> }[],
  ) {}

  /** @throws when a part doesn't start; what had started is ended then */
  static async build(options: DeploymentOptions): Promise<Deployment> {
    const { roles, cells, release, secrets, series, tools, node, scratch, names } = options;
    const role = roleOf({ cells, release, secrets, scratch, names }, tools);
    const layout = layoutOf(roles.plan, roles.agent, Object.values(role.hosts));
    const network = await buildNetwork(layout, series, tools);
    const programs: { close(): Promise<void> }[] = [];
    try {
      const internet = await Internet.start(network, role, node, tools.path);
      programs.push(internet);
      const started = await Promise.allSettled(
        roles.plan.stations
          .filter(({ machine }) => machine?.part === 'proxy-box')
          .flatMap(({ name, v4: address, machine }) => {
            const cell = cells.find(({ agent }) => agent === machine?.agent);
            if (cell === undefined) return [];
            const [namespace, resolvers] = [network.full(name), roles.plan.namedResolvers];
            return Box.start({ namespace, address, cell, resolvers, authority: internet.authority, node });
          }),
      );
      const boxes = started.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
      programs.push(...boxes);
      const failed = started.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const workers = new Map<string, Worker>();
      for (const { name, machine } of roles.plan.stations) {
        if (machine?.part !== 'agent-host') continue;
        const authority = internet.certificates[machine.agent ?? ''];
        const { program } = await LineProgram.start(
          network.full(name),
          [...OWN, node, labBundle('worker.cjs')],
          { authority, secrets },
          { PATH: tools.path },
        );
        programs.push(program);
        workers.set(machine.agent ?? '', new Worker(program));
      }
      await Promise.all(boxes.map((box) => box.untilServing(true)));
      return new Deployment(network, internet, boxes, workers, programs);
    } catch (error) {
      await Promise.all(programs.map((each) => each.close()));
      await network.takeDown();
      throw error;
    }
  }

  async takeDown(): Promise<void> {
    await Promise.all(this.programs.map((each) => each.close()));
    await this.network.takeDown();
  }

  /** The program that sends from an agent host. */
  worker(agent: string): Worker {
    const worker = this.workers.get(agent);
    if (worker === undefined) throw new Error(`the lab has no host of ${agent}`);
    return worker;
  }

  box(agent: string): Box {
    const box = this.boxes.find(({ cell }) => cell.agent === agent);
    if (box === undefined) throw new Error(`the lab has no proxy box of ${agent}`);
    return box;
  }
}
