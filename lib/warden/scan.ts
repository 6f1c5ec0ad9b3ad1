import * as z from 'zod/mini';
import { fieldOf, jsonIn } from '../json';
import { DAY, HOUR } from '../watch/period';
import type { Events } from './events';
import type { FollowedLog } from './follow';
import type { Host } from './host';
import { asciiLine } from './reason';

/** The scan is weekly; the host may be slow by a day. */
const SILENT = 8 * DAY;
/** What the agent host's scan writes into its journal. */
const REPORT = /\bairlock-scan (\{.*\})$/;
const report = z.strictObject({
  findings: z.int().check(z.minimum(0), z.maximum(1_000_000)),
  first: z.array(z.tuple([z.string(), z.int(), z.string()])).check(z.maxLength(20)),
});

/** Notes since when a report is expected. */
export async function tendScan(host: Host, isWanted: boolean): Promise<void> {
  const { scan } = host.paths;
  const known = await host.read(scan);
  if (isWanted && known === undefined) await host.write(scan, `${host.now()}\n`, { mode: 0o600 });
  if (!isWanted && known !== undefined) await host.remove(scan);
}

/** That no report has come for too long. */
export async function scanSilence(host: Host): Promise<string | undefined> {
  const last = Number((await host.read(host.paths.scan)) ?? Number.NaN);
  return host.now() - last > SILENT ? `no report since ${new Date(last).toISOString()}` : undefined;
}

/**
 * Takes the reports of the weekly scan out of the agent host's journal: each is an event, at most one an hour, because whoever is
 * root there writes what they like.
 */
export class ScanReports {
  private hour = Number.NaN;
  private at: number | undefined;

  constructor(
    private readonly host: Host,
    private readonly events: Pick<Events, 'tell'>,
  ) {}

  of(log: FollowedLog): FollowedLog {
    return {
      ...log,
      frame: (chunk, now) => {
        const framed = log.frame(chunk, now);
        for (const line of framed.lines) this.see(line, now);
        return framed;
      },
    };
  }

  /** To be called after a round of logs: keeps the time of the last report, where one is expected. */
  async look(): Promise<void> {
    const { host, at } = this;
    this.at = undefined;
    if (at !== undefined && (await host.read(host.paths.scan)) !== undefined)
      await host.write(host.paths.scan, `${at}\n`, { mode: 0o600 });
  }

  private see(line: string, now: number): void {
    if (!line.includes('airlock-scan')) return;
    const [, text] = REPORT.exec(String(fieldOf(jsonIn(line), 'line'))) ?? [];
    const read = report.safeParse(jsonIn(text));
    if (!read.success || Math.floor(now / HOUR) === this.hour) return;
    [this.hour, this.at] = [Math.floor(now / HOUR), now];
    const { findings, first } = read.data;
    const saw = first.map(([rule, at, file]) => `${rule} ${file}:${at}`).join('; ');
    this.events.tell({
      event: 'scan-reported',
      detail: { testimony: 'agent-host', findings, saw: asciiLine(saw) },
    });
  }
}
