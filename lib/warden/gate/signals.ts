import { isRecord } from '../../json';
import type { Told, Watch } from '../../watch/watch';
import type { RecordFile } from './record-file';

/** Lines that wait to be looked at: beyond them they are looked at without a wait. */
const WAITING = 5_000;
/** Milliseconds before a restart in which a record's signal may be missing. */
const UNSEEN = 60_000;

/**
 * Raises signals from records that are on disk. A request waits for none of it: lines are kept until the gate's next look.
 * What a signal says is a record of its own, which no request can write.
 */
export class GateSignals {
  private waiting: string[] = [];
  /** Raised, and not on disk: by records of a gate that ended before its look, or when the disk took no more. */
  private readonly untold = new Map<string, Told>();
  /** When the last record of the past was made. */
  private last = 0;

  constructor(
    private readonly watch: Watch,
    private readonly records: Pick<RecordFile, 'append' | 'failure'>,
    private readonly agent: () => string,
  ) {}

  /** The file of records, for those that write to it. */
  get watched(): Pick<RecordFile, 'append' | 'failure'> {
    const { records } = this;
    return {
      append: async (line, when) => {
        await records.append(line, when);
        this.waiting.push(line);
        if (this.waiting.length >= WAITING) this.look();
      },
      get failure() {
        return records.failure;
      },
    };
  }

  /** A record of the gate before this one. */
  past(record: unknown): void {
    if (!isRecord(record)) return;
    if (record.record !== 'chain') this.last = Date.parse(String(record.time)) || this.last;
    if (record.record === 'signal') {
      this.watch.known(record);
      this.untold.delete(nameOf(record));
    } else for (const told of this.watch.see(record)) this.untold.set(nameOf(told), told);
  }

  /** To be called now and then. */
  look(now?: number): void {
    const lines = this.waiting;
    this.waiting = [];
    const told = [...this.untold.values()].filter(({ at }) => at >= this.last - UNSEEN);
    this.untold.clear();
    told.push(...lines.flatMap((line) => this.watch.see(JSON.parse(line))));
    if (now !== undefined) told.push(...this.watch.over(now));
    for (const one of told) this.append(one);
  }

  /** A failure shows in the file's `failure`. */
  private append(told: Told): void {
    const line = JSON.stringify(signalRecord(this.agent(), told));
    void this.records.append(line).catch(() => this.untold.set(nameOf(told), told));
  }
}

function nameOf({ signal, key, again }: Readonly<Partial<Record<keyof Told, unknown>>>): string {
  return JSON.stringify([signal, key, again]);
}

export function signalRecord(agent: string, { at, ...rest }: Told): object {
  return { record: 'signal', time: new Date(at).toISOString(), agent, ...rest };
}
