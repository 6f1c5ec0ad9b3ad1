import connectUnit from './boot/airlock-connect.service';
import dnsUnit from './boot/airlock-dns.service';
import frontUnit from './boot/airlock-front.service';
import gateUnit from './boot/airlock-gate.service';
import logAgent from './boot/airlock-log-agent.conf';
import wardenUnit from './boot/airlock-warden.service';
import ironProxyUnit from './boot/iron-proxy.service';

/** What runs on a proxy box for as long as it is up. */
const UNITS = {
  'iron-proxy': ironProxyUnit,
  warden: wardenUnit,
  gate: gateUnit,
  'CloudWatch agent': logAgent,
  front: frontUnit,
  connect: connectUnit,
  dns: dnsUnit,
};
/** The kernel and the rest of the system need the others. */
const SHARE = 0.85;
/** MiB of the small arm64 types (EC2's documentation); every other one has 2 GiB or more. */
const SMALL: Readonly<Record<string, number>> = { 't4g.nano': 512, 't4g.micro': 1024 };
const LEAST_OF_OTHERS = 2048;

/** Why a proxy box's units don't fit into an instance type: their limits may sum to 85 % of its memory (CAP-1). */
export function memoryFault(
  instanceType: string,
  units: Readonly<Record<string, string>> = UNITS,
): string | undefined {
  const limits = Object.entries(units).map(([name, text]) => [name, limitOf(name, text)] as const);
  const sum = limits.reduce((total, [, limit]) => total + limit, 0);
  const memory = SMALL[instanceType] ?? LEAST_OF_OTHERS;
  if (sum <= SHARE * memory) return undefined;
  const list = limits.map(([name, limit]) => `${name} ${limit}`).join(', ');
  return `has ${memory} MiB of memory, and the programs of a proxy box may take ${sum} MiB (${list}), more than 85 % of it`;
}

function limitOf(name: string, text: string): number {
  const limit = /^MemoryMax=(\d+)M$/m.exec(text)?.[1];
  if (limit === undefined) throw new Error(`the unit of ${name} has no MemoryMax in MiB`);
  return Number(limit);
}
