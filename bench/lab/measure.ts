import { join } from 'node:path';
import type { Roles } from '../../lab/network/plan/roles';
import type { Deployment } from '../../lab/proxy/run/deployment';
import { load, type Target, type Way } from './load';
import { type Figures, figuresOf, type Lap } from './log';
import { type Memory, memoryOf } from './memory';
import { checkProxy, rulesIn } from './targets';

const MiB = 1 << 20;
/** Many short rounds, so that other work on the machine affects both paths alike. */
const ROUNDS = 5;
/** Requests of one round by number of connections: few enough for about a minute on two cores. */
const SMALL = { 1: 400, 16: 960, 64: 1_920 } as const;
const LARGE = { 1: 30, 16: 64, 64: 128 } as const;

export interface Row {
  readonly body: 'small JSON' | '1 MiB';
  readonly secret: boolean;
  readonly connections: number;
  readonly direct: Figures;
  readonly proxy: Figures;
}

export interface Measured {
  readonly rows: readonly Row[];
  readonly idle: Memory;
  readonly loaded: Memory;
  /** Of the whole load. */
  readonly seconds: number;
}

/**
 * The same requests from an agent's host through its proxy box, and from the proxy box directly to the upstream. The two
 * alternate, so that noise affects both.
 */
export async function measure(deployment: Deployment, roles: Roles, scratch: string): Promise<Measured> {
  const { network, internet } = deployment;
  const agent = roles.agent.machine?.agent ?? '';
  const box = deployment.box(agent);
  const rules = rulesIn(box.cell.policy);
  for (const rule of Object.values(rules)) await checkProxy(deployment, agent, rule);
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
        proxy: { network, namespace: roles.agent.name, to: box.address },
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
  ways: Readonly<Record<'proxy' | 'direct', Way>>,
  target: Target,
  connections: number,
  requests: number,
  log: string,
): Promise<Record<'proxy' | 'direct', Figures>> {
  const laps: Record<'proxy' | 'direct', Lap[]> = { proxy: [], direct: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const way of ['direct', 'proxy'] as const) {
      // The first round is a warm-up: connections to the upstream, certificates, compiled code.
      const count = round < 0 ? Math.max(connections, requests >> 3) : requests;
      const lap = await load(ways[way], target, connections, count, log);
      if (round >= 0) laps[way].push(lap);
    }
  }
  return { proxy: figuresOf(laps.proxy), direct: figuresOf(laps.direct) };
}
