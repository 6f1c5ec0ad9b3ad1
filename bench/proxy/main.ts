import { readFileSync } from 'node:fs';
import { percentile } from '../percentile';
import { type Box, startBox } from './box';
import { paced, saturated, stream, untilQuiet } from './client';
import { everything } from './everything';
import { type Attack, attack, floods } from './flood';
import { killedGates } from './kills';
import { serveIdle, syncedWrites } from './least';

/** Requests a second. */
const RATES = [5, 50];
/** Each way gets its turn so often, so that noise falls on all alike. */
const ROUNDS = 5;
/** Connections at saturation, and seconds of a round. */
const [LANES, ROUND_SECONDS] = [16, 3];
/** What may be added at the median and at the 99th percentile, in milliseconds, and the least share at saturation. */
const [ADDED, ADDED_P99, SATURATION] = [1.5, 10, 0.6];

async function main([
  scratch = '',
  ironProxy = '',
  seconds = '',
  records = '',
  only = '',
]: readonly string[]) {
  const isWanted = (part: string) => only === '' || only.split(',').includes(part);
  if (scratch === 'idle') return serveIdle(ironProxy);
  if (scratch === 'attack') return attack(ironProxy as Attack, seconds);
  if (['latency', 'saturation', 'stream', 'flood'].some(isWanted)) {
    const box = await startBox(scratch, ironProxy);
    try {
      for (const rate of isWanted('latency') ? RATES : []) await latency(box, rate, Number(seconds), scratch);
      if (isWanted('saturation')) await saturation(box);
      if (isWanted('stream')) await firstByte(box);
      if (isWanted('flood')) await floods(box, `${scratch}/ca.crt`);
    } finally {
      box.stop();
    }
  }
  if (isWanted('everything')) await everything(scratch);
  if (isWanted('kills')) console.log(await killedGates(`${scratch}/kills`, Number(records)));
}

async function latency(box: Box, rate: number, seconds: number, scratch: string): Promise<void> {
  const ways = Object.entries(box.ways);
  const taken = new Map<string, number[]>(ways.map(([name]) => [name, []]));
  const synced: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, way] of ways) {
      const count = round < 0 ? 5 : Math.max(2, Math.round((rate * seconds) / ROUNDS));
      const times = await paced(way, rate, count);
      if (round >= 0) taken.get(name)?.push(...times);
    }
    if (round >= 0) synced.push(...(await syncedWrites(scratch, 40)));
  }
  const at = (name: string, percent: number) => percentile(taken.get(name) ?? [], percent);
  const line = ways.map(([name]) => `${name} ${at(name, 50).toFixed(2)}/${at(name, 99).toFixed(2)}`);
  console.log(`${rate} requests a second, median/p99 in ms: ${line.join(', ')}`);
  const [added, added99] = [50, 99].map((percent) => at('whole', percent) - at('direct', percent)) as [
    number,
    number,
  ];
  const share = (one: string, other: string) => (at(one, 50) - at(other, 50)).toFixed(2);
  console.log(
    `  added: median ${added.toFixed(2)} ms (limit ${ADDED}), p99 ${added99.toFixed(2)} ms (limit ${ADDED_P99}); of the median, ` +
      `gate ${share('gated', 'alone')} ms, of it the sync to disk ${share('gated', 'unsynced')} ms, front ${share('whole', 'gated')} ms`,
  );
  const sync = percentile(synced, 50);
  console.log(
    `  without work of the gate's own: iron-proxy ${share('alone', 'direct')} ms, its two questions to a gate that does nothing ` +
      `${share('idle', 'alone')} ms, one synced write ${sync.toFixed(2)} ms (p99 ${percentile(synced, 99).toFixed(2)} ms)`,
  );
  if (added > ADDED || added99 > ADDED_P99) process.exitCode = 1;
}

async function saturation(box: Box): Promise<void> {
  const rates = { alone: [] as number[], whole: [] as number[] };
  const spent: number[][] = [];
  // In the first round the programs are still compiling themselves.
  for (let round = -1; round < 3; round += 1) {
    for (const name of ['alone', 'whole'] as const) {
      const before = processors(box);
      const rate = await saturated(box.ways[name], LANES, ROUND_SECONDS);
      if (round >= 0) rates[name].push(rate);
      if (round >= 0 && name === 'whole')
        spent.push(processors(box).map((seconds, at) => seconds - (before[at] ?? 0)));
      await untilQuiet();
    }
  }
  const [alone, whole] = [rates.alone, rates.whole].map((each) => Math.max(...each)) as [number, number];
  console.log(
    `at saturation, requests a second: iron-proxy alone ${alone.toFixed(0)}, whole ${whole.toFixed(0)}: ` +
      `${(whole / alone).toFixed(2)} (limit ${SATURATION})`,
  );
  const requests = rates.whole.reduce((sum, rate) => sum + rate * ROUND_SECONDS, 0);
  const each = Object.keys(box.pids).map((name, at) => {
    const seconds = spent.reduce((sum, round) => sum + (round[at] ?? 0), 0);
    return `${name} ${((seconds * 1000) / requests).toFixed(2)}`;
  });
  console.log(`  processor time of a request on the whole way, in ms: ${each.join(', ')}`);
  if (whole / alone < SATURATION) process.exitCode = 1;
}

/** Seconds of processor time that each process of the whole way has used. The kernel counts in hundredths. */
function processors({ pids }: Box): number[] {
  return Object.values(pids).map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  });
}

async function firstByte({ ways }: Box): Promise<void> {
  const taken = { direct: [] as number[], whole: [] as number[] };
  for (let round = 0; round < 9; round += 1) {
    for (const name of ['direct', 'whole'] as const) {
      const [first, last] = await stream(ways[name]);
      taken[name].push(first / last);
    }
  }
  const [direct, whole] = [taken.direct, taken.whole].map((each) => percentile(each, 50));
  console.log(
    `first byte of a stream of half a second, as a share of its time: direct ${direct?.toFixed(3)}, whole ${whole?.toFixed(3)} (limit 0.2)`,
  );
  if ((whole ?? 1) > 0.2) process.exitCode = 1;
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
