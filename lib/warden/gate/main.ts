import { randomBytes } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Server } from '@grpc/grpc-js';
import type { Head } from '../../audit/chain';
import { LIMITS } from '../../config/values/signals';
import type { LedgerEntry } from '../../policy/gate/spend/ledger';
import { SpendReserve } from '../../policy/gate/spend/reserve';
import { type SpendSeen, type SpendState, SpendSums } from '../../policy/gate/spend/sums';
import { Watch } from '../../watch/watch';
import { boxName } from '../box-name';
import { monotonic } from '../monotonic';
import { type Paths, pathsUnder } from '../paths';
import { GateCanaries } from './canaries';
import { ClockWatch, GateEvents } from './events';
import { FrontLog } from './front-log';
import { GateGrants } from './grants';
import { readGrantsFile } from './grants-file';
import { HISTORY_BYTES, HISTORY_STEP, readHistory } from './history-file';
import { LINE_LIMIT } from './last-line';
import { ModelSpend } from './model-spend';
import { type PolicyInForce, readPolicyFile } from './policy-file';
import { RecordFile } from './record-file';
import { serveBodies, serveGate } from './server';
import { bytesOnDisk, Gate } from './service';
import { GateSignals } from './signals';
import { readReserveFile, readSpendFile, spendBox, writeSpendFile } from './spend-file';
import { Tail } from './tail';

/** Milliseconds between two looks at the policy, and between two signs of life. */
const [LOOK, SIGN] = [500, 5_000];

/** What the gate says of itself, for warden. */
export interface GateState {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Digest of the warden that it is part of. */
  readonly warden: string;
  /** Digest of the policy in force; absent without one. */
  readonly policy?: string;
  /** The last record on disk: warden puts it where this box can't rewrite it. */
  readonly head?: Head;
  /** What its model calls cost at most; absent without a limit. */
  readonly spend?: SpendSeen;
  /** What warden must reserve for them; absent without a limit. */
  readonly reserve?: LedgerEntry;
  /** The error code of the last record that couldn't be written. */
  readonly failure?: string;
}

/**
 * Runs the gate for ever:
 *
 * 1. Read the policy, and again whenever the file changes.
 * 2. Count this day's use from the records, and end the requests that the gate before it left open.
 * 3. Serve on the socket.
 * 4. End the requests of connections that the front saw end.
 * 5. Record what warden did, and jumps of the clock.
 * 6. Raise signals from the records that are on disk.
 * 7. Write a sign of life.
 */
export async function runGate(root: string, warden: string): Promise<never> {
  const paths = pathsUnder(root);
  const now = () => Date.now();
  const records = new RecordFile(
    paths.records,
    boxName(await readFile(paths.machineId, 'utf8').catch(() => '')),
  );
  let inForce: PolicyInForce | undefined;
  const look = onChange(paths.gatePolicy, async (path) => {
    inForce = await readPolicyFile(path);
  });
  await look();
  const appendCounted = (line: string) => {
    counters.add('', { logMiB: bytesOnDisk(line) }, now());
    return records.append(line);
  };
  const history = await readHistory(paths.records, now(), paths.history);
  const { counters, open, connections, used, charges } = history;
  const agent = () => inForce?.policy.agent ?? '';
  const events = new GateEvents(paths.events, appendCounted, agent, now, history.events);
  const watch = new Watch(
    (id) => inForce?.policy.watch?.[id] ?? LIMITS[id],
    undefined,
    () => inForce?.policy.usual,
  );
  const tail = new Tail(paths.records, HISTORY_BYTES, LINE_LIMIT);
  const signals = new GateSignals(watch, records, tail, history.last, agent);
  const grants = new GateGrants(used, monotonic);
  const sums = SpendSums.restore(await readSpendFile(paths.spend), charges.byDay, charges.since, now());
  const reserve = new SpendReserve(await spendBox(paths.spendBox), sums);
  const save = (state: SpendState) => writeSpendFile(paths.spend, state);
  const spend = new ModelSpend({ sums, reserve, grants, save });
  const lookForReserve = onChange(paths.spendReserve, async (path) =>
    reserve.agree(await readReserveFile(path)),
  );
  await lookForReserve();
  const canaries = new GateCanaries((event, detail) => events.tell(event, detail), now);
  const lookForCanaries = onChange(paths.gateCanaries, async (path) =>
    canaries.set(await readFile(path, 'utf8').catch(() => undefined)),
  );
  await lookForCanaries();
  const front = new FrontLog(paths.frontLogRaw, Math.min(history.ended || now(), now()), now());
  const connect = new FrontLog(paths.connectLogRaw, now());
  const gate = new Gate({
    records,
    counters,
    connections,
    grants,
    spend,
    canaries,
    policy: () => inForce,
    now,
    run: randomBytes(6).toString('hex'),
  });
  const keep = keeper(paths, now);
  const lookForGrants = onChange(paths.grants, async (path) => gate.grant(await readGrantsFile(path)));
  for (const [id, began] of open) gate.recordEnd(id, { end: 'unknown' }, began);
  const servers = [await serveGate(gate, paths.gateSocket), await serveBodies(gate, paths.bodiesSocket)];
  endOnSignal(servers, records);
  events.tell('gate-starts', { warden });
  const clock = new ClockWatch();
  let signed: LedgerEntry | undefined;
  for (let passed = SIGN; ; passed += LOOK) {
    const changed = await look();
    // Without the front's log requests are judged and recorded all the same.
    for (const connection of await front.ended(now()).catch(() => [])) gate.connectionEnded(connection);
    await connect.ended(now()).catch(() => []);
    gate.frontRefused(front.takeRefused() + connect.takeRefused());
    await lookForGrants();
    await lookForCanaries();
    await lookForReserve();
    const jump = clock.jump(now(), monotonic());
    if (jump !== undefined) events.tell('clock-set', { milliseconds: Math.round(jump) });
    // They wait until they can be recorded; what keeps them shows in the file's failure.
    await events.look().catch(() => undefined);
    // It may read the past for a while, and nothing waits for it.
    void signals.look(now).catch(() => undefined);
    void keep();
    const wanted = spend.wanted(inForce?.policy, now());
    if (changed || passed >= SIGN || !isDeepStrictEqual(wanted, signed)) {
      passed = 0;
      signed = wanted;
      void gate.sweep();
      const cost = spend.seen(inForce?.policy, now());
      await sign(paths, {
        time: now(),
        warden,
        policy: inForce?.digest,
        head: records.head,
        spend: cost,
        reserve: wanted,
        failure: records.failure,
      });
    }
    await sleep(LOOK);
  }
}

/** Reads a file again whenever it is another; the answer says whether it was. */
function onChange(path: string, read: (path: string) => Promise<void>): () => Promise<boolean> {
  let mark = '';
  return async () => {
    const { ino, mtimeMs, size } = await stat(path).catch(() => ({ ino: 0, mtimeMs: 0, size: 0 }));
    const found = `${ino} ${mtimeMs} ${size}`;
    if (found === mark) return false;
    await read(path);
    mark = found;
    return true;
  };
}

/** Keeps the history whenever enough was recorded. */
function keeper({ records, history }: Paths, now: () => number): () => Promise<void> {
  let [isReading, next] = [false, 0];
  return async () => {
    const size = await stat(records).then(
      (found) => found.size,
      () => 0,
    );
    if (isReading || size < next) return;
    isReading = true;
    await readHistory(records, now(), history).catch(() => undefined);
    [isReading, next] = [false, size + HISTORY_STEP];
  };
}

/** Lets requests in hand end, for a moment, and writes the lines that still wait. */
function endOnSignal(servers: readonly Server[], records: RecordFile): void {
  const end = () => void records.close().finally(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(end, 2_000);
      let left = servers.length;
      for (const server of servers) server.tryShutdown(() => --left === 0 && end());
    });
  }
}

/** Without a sync: it is on a file system in memory. */
async function sign({ gateState }: Paths, state: GateState): Promise<void> {
  await writeFile(`${gateState}.new`, `${JSON.stringify(state)}\n`, { mode: 0o640 });
  await rename(`${gateState}.new`, gateState);
}
