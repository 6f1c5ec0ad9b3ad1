import * as z from 'zod/mini';
import { eventRecord } from './record';
import { Tail } from './tail';

const schema = z.strictObject({
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  time: z.string().check(z.maxLength(40)),
  event: z.string().check(z.regex(/^[a-z-]{1,30}$/)),
  detail: z.record(
    z.string().check(z.maxLength(100)),
    z.union([z.number(), z.string().check(z.maxLength(600))]),
  ),
});

export type TrailEvent = z.infer<typeof schema>;

/** Bytes of warden's file that a started gate reads: all of it. */
const LAST = 1024 * 1024;

/** Takes what warden tells into the gate's records, each once, also after a restart of either. */
export class GateEvents {
  private readonly tail: Tail;
  private readonly waiting: string[] = [];

  constructor(
    path: string,
    private readonly append: (line: string) => Promise<void>,
    private readonly agent: () => string,
    private readonly now: () => number,
    /** Ids of those that have a record. */
    private readonly known: Set<string>,
  ) {
    this.tail = new Tail(path, LAST);
  }

  /** An event of the gate's own. */
  tell(event: string, detail: TrailEvent['detail']): void {
    this.waiting.push(eventRecord(this.agent(), { event, detail }, this.now()));
  }

  /** To be called now and then. What can't be recorded is tried again. */
  async look(): Promise<void> {
    for await (const line of this.tail.lines()) {
      const event = eventIn(line);
      if (event === undefined || this.known.has(event.id)) continue;
      this.known.add(event.id);
      this.waiting.push(eventRecord(this.agent(), event, this.now()));
    }
    for (let line = this.waiting[0]; line !== undefined; line = this.waiting[0]) {
      await this.append(line);
      this.waiting.shift();
    }
  }

  close(): Promise<void> {
    return this.tail.close();
  }
}

function eventIn(line: string): TrailEvent | undefined {
  try {
    const read = schema.safeParse(JSON.parse(line));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds by which the box's clock may drift from the kernel's between two looks. */
const JUMP = 2_000;

/** Tells that the box's clock was set: the times of records before and after don't fit together then. */
export class ClockWatch {
  private offset: number | undefined;

  /** @returns by how many milliseconds it jumped since the last look */
  jump(clock: number, monotonic: number): number | undefined {
    const before = this.offset ?? clock - monotonic;
    this.offset = clock - monotonic;
    const by = this.offset - before;
    return Math.abs(by) > JUMP ? by : undefined;
  }
}
