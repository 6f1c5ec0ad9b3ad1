import { fieldOf } from '../../json';
import { Tail } from './tail';

/** Bytes of a log that is there already that are read: some thousands of connections. */
const LAST = 4 * 1024 * 1024;
/**
 * Milliseconds after its end in which a connection can still bring the gate a request: iron-proxy had read it before. Linux
 * gives the port to another connection later.
 */
export const SETTLE = 2_000;

/** A connection that the front led to iron-proxy, when it has ended. The front saw all figures. */
export interface FrontConnection {
  readonly remoteAddr: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** Bytes from the agent and to it, TLS included. */
  readonly in: number;
  readonly out: number;
  readonly ms: number;
  /** How it ended, in HAProxy's two letters. */
  readonly end: string;
}

/** Reads from the front's log which connections have ended. */
export class FrontLog {
  private readonly tail: Tail;
  private readonly waiting: FrontConnection[] = [];
  private refused = 0;

  /**
   * @param since What ended until then is recorded already.
   * @param began When the gate started: what the front refused before is counted.
   */
  constructor(
    path: string,
    private readonly since: number,
    private readonly began = since,
  ) {
    this.tail = new Tail(path, LAST);
  }

  /** How often the front and the answerer of CONNECT refused since the last call. */
  takeRefused(): number {
    const { refused } = this;
    this.refused = 0;
    return refused;
  }

  /** Connections of which no request can come any more. */
  async ended(now: number): Promise<readonly FrontConnection[]> {
    for await (const line of this.tail.lines()) {
      const connection = connectionIn(line);
      if (connection && endOf(connection) > this.since) this.waiting.push(connection);
      this.refused += refusedIn(line, this.began);
    }
    // One that ends far in the future ended before the clock was set back.
    const settled = this.waiting.findIndex((each) => Math.abs(endOf(each) - now) < SETTLE);
    return this.waiting.splice(0, settled < 0 ? this.waiting.length : settled);
  }

  close(): Promise<void> {
    return this.tail.close();
  }
}

export function endOf({ began, ms }: FrontConnection): number {
  return began + ms;
}

/** Absent for a connection that the front refused. */
export function connectionIn(line: string): FrontConnection | undefined {
  const parsed = read(line);
  const number = (name: string) => Number(fieldOf(parsed, name));
  const text = (name: string) => String(fieldOf(parsed, name) ?? '');
  const [seconds, bytesIn, bytesOut, ms] = [number('time'), number('in'), number('out'), number('ms')];
  const figures = [seconds, bytesIn, bytesOut, ms];
  const remoteAddr = text('remote_addr');
  const isLed = text('refused') === '-' && /^127\.0\.0\.[12]:[1-9]\d{0,4}$/.test(remoteAddr);
  if (!isLed || !figures.every(Number.isFinite)) return undefined;
  return {
    remoteAddr,
    name: text('name').slice(0, 260),
    began: Math.round(seconds * 1000),
    in: bytesIn,
    out: bytesOut,
    ms,
    end: text('end').slice(0, 2),
  };
}

/** How many refusals a line is about: one, or those of an answerer that had no time for a line each. */
function refusedIn(line: string, since: number): number {
  const parsed = read(line);
  const [refused, times = 1] = [fieldOf(parsed, 'refused'), fieldOf(parsed, 'times')];
  if (typeof refused !== 'string' || refused === '-' || !(Number(fieldOf(parsed, 'time')) * 1000 > since))
    return 0;
  return typeof times === 'number' ? times : 0;
}

function read(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\0+/, ''));
  } catch {
    return undefined;
  }
}
