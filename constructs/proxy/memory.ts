/** `MemoryMax` of all that keeps running on a proxy box, in MiB; a test compares it with the units. */
export const PROXY_MEMORY: Readonly<Record<string, number>> = {
  // Both slots together.
  'iron-proxy': 320,
  warden: 144,
  gate: 160,
  'log-agent': 112,
  front: 48,
  connect: 64,
  dns: 16,
};

/** The kernel and the rest of the system need the others. */
const SHARE = 0.85;
/** MiB of the small arm64 types (EC2's documentation); every other one has 2 GiB or more. */
const SMALL: Readonly<Record<string, number>> = { 't4g.nano': 512, 't4g.micro': 1024 };
const LEAST_OF_OTHERS = 2048;

/** Why a proxy box's programs don't fit into an instance type: their limits may sum to 85 % of its memory (CAP-1). */
export function memoryFault(instanceType: string, limits = PROXY_MEMORY): string | undefined {
  const sum = Object.values(limits).reduce((total, limit) => total + limit, 0);
  const memory = SMALL[instanceType] ?? LEAST_OF_OTHERS;
  if (sum <= SHARE * memory) return undefined;
  const list = Object.entries(limits).map(([name, limit]) => `${name} ${limit}`);
  return `has ${memory} MiB of memory, and the programs of a proxy box may take ${sum} MiB (${list.join(', ')}), more than 85 % of it`;
}
