import { archiveOf } from '../canary/archive';
import { type Canary, makeCanaries } from '../canary/credentials';
import { CanaryFinder } from '../canary/finder';
import { isRecord, jsonIn } from '../json';
import { HOUR } from '../watch/period';
import type { Events } from './events';
import { asciiJson, type FollowedLog } from './follow';
import type { Host } from './host';

/**
 * Makes the canaries once and keeps them in warden's state. The gate gets what it looks for, the front what the agent host
 * fetches at its boot. Without the setting the gate looks for none; the state keeps them.
 */
export async function tendCanaries(host: Host, isWanted: boolean): Promise<void> {
  const { canaries, gateCanaries, canaryArchive } = host.paths;
  if (!isWanted) {
    if ((await host.read(gateCanaries)) !== undefined) await host.remove(gateCanaries);
    return;
  }
  const kept = keptIn(await host.read(canaries));
  const { made, all } = kept ?? { made: host.now(), all: makeCanaries() };
  if (kept === undefined) await host.write(canaries, `${JSON.stringify({ made, all })}\n`, { mode: 0o600 });
  const put = async (path: string, text: string, group: string) => {
    if ((await host.read(path)) !== text) await host.write(path, text, { mode: 0o640, group });
  };
  const sought = all.map(({ id, values }) => ({ id, values }));
  await put(gateCanaries, `${JSON.stringify(sought)}\n`, 'airlock-gate');
  await put(canaryArchive, archiveOf(all, made), 'haproxy');
}

interface Kept {
  /** Milliseconds since the epoch. */
  readonly made: number;
  readonly all: readonly Canary[];
}

/** Only warden writes the file; a damaged one counts as none. */
function keptIn(text: string | undefined): Kept | undefined {
  const kept = jsonIn(text);
  return isRecord(kept) ? (kept as unknown as Kept) : undefined;
}

/** Keeps canaries out of the logs that warden passes on, and tells once an hour where an address held one. */
export class CanaryLogs {
  private text: string | undefined;
  private finder = new CanaryFinder([]);
  private told = new Map<string, number>();

  constructor(
    private readonly host: Host,
    private readonly events: Pick<Events, 'tell'>,
  ) {}

  /** To be called before a round of logs. */
  async look(): Promise<void> {
    const text = await this.host.read(this.host.paths.canaries);
    if (text !== this.text) this.finder = new CanaryFinder(keptIn(text)?.all ?? []);
    this.text = text;
  }

  /** @param where What the log's lines quote of the agent's requests; absent where a canary is no sign of a theft. */
  without(log: FollowedLog, where?: string): FollowedLog {
    return {
      ...log,
      frame: (chunk, now) => {
        const framed = log.frame(chunk, now);
        return { ...framed, lines: framed.lines.map((line) => this.cleared(line, now, where)) };
      },
    };
  }

  private cleared(line: string, now: number, where: string | undefined): string {
    const found = this.finder.find(Buffer.from(line));
    if (found.length === 0) return line;
    for (const canary of where === undefined ? [] : found) {
      const key = `${canary} ${where}`;
      if (this.told.get(key) !== Math.floor(now / HOUR))
        this.events.tell({ event: 'canary-seen', detail: { canary, where: where ?? '' } });
      this.told.set(key, Math.floor(now / HOUR));
    }
    return asciiJson({
      time: new Date(now).toISOString(),
      omitted: 'a line with a canary',
      canary: found.join(' '),
    });
  }
}
