import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fieldOf, isRecord } from '../../json';
import { Counters } from '../../policy/gate/caps';
import { Charges } from './charges';
import { Connections } from './connections';

/** How much of the records' end is read: more than the largest allowed cap of a day. */
export const HISTORY_BYTES = 320 * 1024 * 1024;
const DAY = 86_400_000;

export interface History {
  readonly counters: Counters;
  /** Requests that were allowed and have no end yet, by id: when they began. */
  readonly open: ReadonlyMap<string, number>;
  /** Those whose end isn't recorded. */
  readonly connections: Connections;
  /** When the last connection ended whose end is recorded; now, without one. */
  readonly ended: number;
  /** Uses of each grant, whatever the day: a clock may have been set back. */
  readonly used: Map<string, number>;
  readonly charges: Charges;
}

/**
 * What the records say of this day (UTC), so that a restarted gate counts on. A damaged line counts its bytes alone.
 *
 * @param see gets every record that can be read, whatever its day
 */
export async function readHistory(
  path: string,
  now: number,
  see: (record: unknown) => void = () => undefined,
): Promise<History> {
  const counters = new Counters();
  const open = new Map<string, number>();
  const connections = new Connections();
  const used = new Map<string, number>();
  let ended = 0;
  const size = await stat(path).then((found) => found.size, absent);
  const start = Math.max(0, size - HISTORY_BYTES);
  const charges = new Charges(start > 0);
  if (size === 0) return { counters, open, connections, ended: now, used, charges };
  const input = createReadStream(path, { start, encoding: 'latin1' });
  const today = Math.floor(now / DAY);
  for await (const text of createInterface({ input })) {
    const record = parsed(text);
    const at = Date.parse(String(fieldOf(record, 'time')));
    charges.saw(record, at);
    countUse(used, record);
    see(record);
    if (!isRecord(record) || !(Math.floor(at / DAY) <= today)) continue;
    const { rule } = record;
    const [id, remoteAddr] = [String(record.id), String(record.remote_addr)];
    if (record.record === 'end') open.delete(id);
    if (record.record === 'request') {
      connections.begin(remoteAddr, { id, began: at }, usageOf(0, record).uploadMiB);
      if (record.decision === 'allow') open.set(id, at);
    }
    if (record.record === 'connection') {
      connections.close(remoteAddr, Number.POSITIVE_INFINITY);
      ended = Math.max(ended, Date.parse(String(record.began)) + Number(record.ms));
    }
    if (Math.floor(at / DAY) < today) continue;
    const usage = usageOf(text.length + 1, record);
    counters.add('', usage, at);
    if (typeof rule === 'string') counters.add(rule, usage, at);
  }
  return { counters, open, connections, ended: ended || now, used, charges };
}

function countUse(used: Map<string, number>, record: unknown): void {
  const grant = fieldOf(record, 'grant');
  const uses = fieldOf(record, 'decision') === 'allow' || fieldOf(record, 'record') === 'charge';
  if (uses && typeof grant === 'string') used.set(grant, (used.get(grant) ?? 0) + 1);
}

function usageOf(bytes: number, { record, decision, risk, bodyBytes, unannounced }: Record<string, unknown>) {
  const passes = record === 'request' && decision === 'allow';
  const upload = record === 'connection' ? unannounced : passes ? bodyBytes : 0;
  return {
    logMiB: bytes,
    requests: passes ? 1 : 0,
    actions: passes && risk === 'medium' ? 1 : 0,
    uploadMiB: typeof upload === 'number' ? upload : 0,
  };
}

/** Warden frees the head of the file, which then reads as zeros. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\0+/, ''));
  } catch {
    return undefined;
  }
}

function absent(error: NodeJS.ErrnoException): 0 {
  if (error.code === 'ENOENT') return 0;
  throw error;
}
