import type { Told, Watch } from '../../watch/watch';
import { recordIn } from './history';
import type { RecordFile } from './record-file';
import type { Tail } from './tail';

/** Milliseconds before a restart in which a record's signal may be missing. */
const UNSEEN = 60_000;

/**
 * Raises signals from records that are on disk. No request waits for it, and neither does the start of the gate: it reads
 * the file from behind. What a signal says is a record of its own, which no request can write.
 */
export class GateSignals {
  /** Raised, and not on disk: by records of a gate that ended before its look, or when the disk took no more. */
  private readonly untold = new Map<string, Told>();
  private looking: Promise<void> | undefined;
  private isBehind = true;

  /**
   * @param lines The file of records, from as far back as it says anything
   * @param last When the last record of the gate before this one was made: what it raised long before that was told
   */
  constructor(
    private readonly watch: Watch,
    private readonly records: Pick<RecordFile, 'append'>,
    private readonly lines: Pick<Tail, 'lines'>,
    private readonly last: number,
    private readonly agent: () => string,
  ) {}

  /** To be called now and then. The first look reads all of the past. */
  look(now: () => number): Promise<void> {
    this.looking ??= this.read(now).finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async read(now: () => number): Promise<void> {
    for await (const text of this.lines.lines()) {
      const record = recordIn(text);
      if (record === undefined) continue;
      if (record.record !== 'signal') this.raise(this.watch.see(record));
      else if (this.isBehind) {
        this.watch.known(record);
        this.untold.delete(nameOf(record));
      }
    }
    for (const [name, { at }] of this.isBehind ? this.untold : [])
      if (at < this.last - UNSEEN) this.untold.delete(name);
    this.isBehind = false;
    this.raise(this.watch.over(now()));
    const raised = [...this.untold];
    this.untold.clear();
    for (const [name, told] of raised) {
      const line = JSON.stringify(signalRecord(this.agent(), told, now()));
      // A failure shows in the file's `failure`.
      void this.records.append(line).catch(() => this.untold.set(name, told));
    }
  }

  private raise(told: readonly Told[]): void {
    for (const one of told) this.untold.set(nameOf(one), one);
  }
}

function nameOf({ signal, key, again }: Readonly<Partial<Record<keyof Told, unknown>>>): string {
  return JSON.stringify([signal, key, again]);
}

/** @param now When it is written: the end of an hour tells of an earlier moment, and is no late record. @default at once */
export function signalRecord(agent: string, { at, ...rest }: Told, now = at): object {
  const [time, raised] = [now, at].map((each) => new Date(each).toISOString());
  return { record: 'signal', time, agent, at: raised, ...rest };
}
