import { join } from 'node:path';
import type { Scene } from '../../lab/network/plan/scene';
import type { Stage } from '../../lab/proxy/run/stage';
import { load, type Target, type Way } from './load';
import { type Figures, figuresOf, type Lap } from './log';
import { type Memory, memoryOf } from './memory';
import { checkDoor, rulesIn } from './targets';

const MiB = 1 << 20;
/** Many short ones: what else the machine does falls on both ways alike. */
const ROUNDS = 5;
/** Connections, and requests of one round: so few that the whole takes about a minute on two cores. */
const SMALL = { 1: 400, 16: 960, 64: 1_920 } as const;
const LARGE = { 1: 30, 16: 64, 64: 128 } as const;

export interface Row {
  readonly body: 'small JSON' | '1 MiB';
  readonly secret: boolean;
  readonly connections: number;
  readonly direct: Figures;
  readonly door: Figures;
}

export interface Measured {
  readonly rows: readonly Row[];
  readonly idle: Memory;
  readonly loaded: Memory;
  /** Of the whole load. */
  readonly seconds: number;
}

/**
 * The same requests through an agent's door, from its host, and straight to the upstream, from its proxy box. The two
 * ways take turns, so that noise falls on both.
 */
export async function measure(stage: Stage, scene: Scene, scratch: string): Promise<Measured> {
  const { standing, internet } = stage;
  const agent = scene.agent.machine?.agent ?? '';
  const box = stage.box(agent);
  const rules = rulesIn(box.cell.policy);
  for (const rule of Object.values(rules)) await checkDoor(stage, agent, rule);
  const idle = await memoryOf(box);
  const began = performance.now();
  const rows: Row[] = [];
  for (const body of ['small JSON', '1 MiB'] as const) {
    for (const [name, { host, path }] of Object.entries(rules)) {
      const target: Target =
        body === '1 MiB'
          ? { host, path: `${path}?lab=bytes:${MiB}`, bytes: MiB }
          : { host, path, bytes: JSON.stringify({ lab: host, method: 'GET' }).length + 1 };
      const ways = {
        door: { standing, namespace: scene.agent.name, to: box.address },
        direct: { standing, namespace: scene.ownProxy.name, to: internet.role.hosts[host] as string },
      };
      for (const [connections, requests] of Object.entries(body === '1 MiB' ? LARGE : SMALL)) {
        const compared = await compare(
          ways,
          target,
          Number(connections),
          requests,
          join(scratch, 'h2load.log'),
        );
        rows.push({ body, secret: name === 'secret', connections: Number(connections), ...compared });
      }
    }
  }
  const seconds = (performance.now() - began) / 1000;
  return { rows, idle, loaded: await memoryOf(box), seconds };
}

async function compare(
  ways: Readonly<Record<'door' | 'direct', Way>>,
  target: Target,
  connections: number,
  requests: number,
  log: string,
): Promise<Record<'door' | 'direct', Figures>> {
  const laps: Record<'door' | 'direct', Lap[]> = { door: [], direct: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const way of ['direct', 'door'] as const) {
      // The first warms up: connections to the upstream, certificates, compiled code.
      const count = round < 0 ? Math.max(connections, requests >> 3) : requests;
      const lap = await load(ways[way], target, connections, count, log);
      if (round >= 0) laps[way].push(lap);
    }
  }
  return { door: figuresOf(laps.door), direct: figuresOf(laps.direct) };
}
