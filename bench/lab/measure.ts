import { join } from 'node:path';
import type { Roles } from '../../lab/network/plan/roles';
import type { Deployment } from '../../lab/proxy/run/deployment';
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
export async function measure(deployment: Deployment, roles: Roles, scratch: string): Promise<Measured> {
  const { network, internet } = deployment;
  const agent = roles.agent.machine?.agent ?? '';
  const box = deployment.box(agent);
  const rules = rulesIn(box.cell.policy);
  for (const rule of Object.values(rules)) await checkDoor(deployment, agent, rule);
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
        door: { network, namespace: roles.agent.name, to: box.address },
        direct: { network, namespace: roles.ownProxy.name, to: internet.role.hosts[host] as string },
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
