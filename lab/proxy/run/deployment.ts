import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { labBundle } from '../../host/files';
import { type Answer, LineProgram } from '../../host/line-program';
import type { Tools } from '../../host/requirements';
import { layoutOf } from '../../network/plan/namespaces';
import type { Roles } from '../../network/plan/roles';
import { buildNetwork, type RunningNetwork } from '../../network/run/network';
import { marked } from '../plan/attempt';
import type { Cell } from '../plan/cells';
import type { Release } from '../plan/internet-role';
import type { Arrival, Exchange, Reply } from '../plan/wire';
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

/** A mark that an arrival is known by. @param id of the proof that sends it */
export const markOf = (id: string) => `DLAB-${id}-${randomBytes(4).toString('hex')}`;

/** What came of an exchange. */
export interface Sent {
  readonly reply: Reply;
  /** On the internet, with its mark. */
  readonly arrivals: readonly Arrival[];
  /** When the last byte came back, in milliseconds since the epoch; undefined if none did. */
  readonly last: number | undefined;
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

  /** @throws when the program on the agent host breaks */
  async ask(agent: string, request: object, patience = 120_000): Promise<Reply> {
    const reply = await this.worker(agent).ask(request, patience);
    if (reply.broken !== undefined) throw new Error(`the worker of ${agent}: ${reply.broken}`);
    return reply as unknown as Reply;
  }

  /** Sends from an agent host, with a mark of its own. */
  async send(agent: string, exchange: Exchange, id: string): Promise<Sent> {
    const mark = markOf(id);
    const start = await this.internet.now();
    const began = Date.now();
    const reply = await this.ask(agent, { do: 'exchange', ...marked(exchange, mark) });
    const { arrivals } = await this.internet.since(start);
    const last = reply.times.at(-1);
    return {
      reply,
      arrivals: arrivals.filter(({ tokens }) => tokens.includes(mark)),
      last: last === undefined ? undefined : began + last,
    };
  }

  box(agent: string): Box {
    const box = this.boxes.find(({ cell }) => cell.agent === agent);
    if (box === undefined) throw new Error(`the lab has no proxy box of ${agent}`);
    return box;
  }
}
