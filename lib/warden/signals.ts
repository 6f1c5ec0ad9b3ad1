import { X509Certificate } from 'node:crypto';
import { DAY, HOUR } from '../watch/period';
import { archiveLate, archiveState } from './archive';
import { type AuditProgress, recordsLate } from './audit-file';
import type { Box } from './box';
import { signalRecord } from './gate/signals';
import type { Health } from './health';
import type { Host } from './host';
import { write } from './log';
import { scanSilence } from './scan';

const NEAR = 30 * DAY;

interface Raised {
  readonly signal: 'archive-late' | 'box-reasons' | 'ca-expiring' | 'records-late' | 'scan-silent';
  readonly saw: string;
  /** The same within an hour: not told again. */
  readonly same: string;
}

/** What warden sees that no record of a request shows. Pure. */
export function raisedBy(
  { healthy, reasons }: Health,
  certificate: string | undefined,
  now: number,
  late?: string,
  silence?: string,
  waiting?: string,
): Raised[] {
  const ends = endOf(certificate);
  const codes = reasons.map(({ code }) => code).join(' ');
  const texts = reasons.map(({ code, detail }) => (detail ? `${code} (${detail})` : code));
  return [
    ...(late === undefined ? [] : [{ signal: 'archive-late', saw: late, same: 'archive' } as const]),
    ...(silence === undefined ? [] : [{ signal: 'scan-silent', saw: silence, same: 'scan' } as const]),
    ...(waiting === undefined ? [] : [{ signal: 'records-late', saw: waiting, same: 'records' } as const]),
    ...(healthy ? [] : [{ signal: 'box-reasons', saw: texts.join('; '), same: codes } as const]),
    ...(ends !== undefined && ends - now < NEAR
      ? [{ signal: 'ca-expiring', saw: `it ends at ${new Date(ends).toISOString()}`, same: 'ca' } as const]
      : []),
  ];
}

/** Writes them into warden's log: the same once an hour. */
export class WardenSignals {
  private told: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly host: Host,
    private readonly box: Box,
  ) {}

  async look(health: Health, audit?: AuditProgress): Promise<void> {
    const { host, box, told } = this;
    const now = host.now();
    const late = archiveLate(await archiveState(host), now);
    const raised = raisedBy(
      health,
      await host.read(host.paths.certificate),
      now,
      late,
      await scanSilence(host),
      audit && recordsLate(audit, now),
    );
    const hour = Math.floor(now / HOUR);
    const news = raised.filter(({ same }) => told.get(same) !== hour);
    this.told = new Map(raised.map(({ same }) => [same, hour]));
    for (const { signal, saw } of news)
      await write(host, signalRecord(box.agent, { signal, saw, at: now, count: 1 }));
  }
}

function endOf(certificate: string | undefined): number | undefined {
  try {
    return certificate === undefined ? undefined : Date.parse(new X509Certificate(certificate).validTo);
  } catch {
    return undefined;
  }
}
