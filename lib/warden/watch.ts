import { readHead } from '../audit/chain';
import { archive } from './archive';
import type { Box } from './box';
import { CanaryLogs } from './canaries';
import { Containments } from './containments';
import { Events } from './events';
import { type FollowedLog, follow } from './follow';
import { connectLog, dnsLog, frontLog } from './front-logs';
import { gateState } from './gate-keeper';
import { Grants } from './grants';
import { type Facts, GRACE, type Health, healthLine } from './health';
import { AwsError, type Host } from './host';
import { journal } from './journal';
import { rotateLog, say, write } from './log';
import { type Memory, NOTHING, pass } from './pass';
import { reason } from './reason';
import { ScanReports } from './scan';
import { WardenSignals } from './signals';
import { SpendReserver } from './spend-reserver';
import { testimony } from './testimony';
import { Uploads } from './uploads';

const INTERVAL = 20_000;
const METRIC_INTERVAL = 60_000;
const FOLLOW_INTERVAL = 1_000;
const ARCHIVE_INTERVAL = 60_000;
/** A grant is in force within 15 seconds: a poll, a look, and what a pass takes. */
const [GRANTS_INTERVAL, GRANTS_LOOK] = [5_000, 1_000];
const RESERVE_INTERVAL = 1_000;
/** A pass that takes longer hangs: systemd starts a new warden. One download may take five minutes. */
const PASS_LIMIT = 15 * 60_000;

interface Latest {
  readonly health: Health;
  readonly facts: Facts;
  readonly at: number;
}

/** Passes and reports, for ever. @param end Called when the process must be replaced. */
export async function watch(host: Host, box: Box, end: () => void): Promise<never> {
  let latest: Latest = {
    at: host.now(),
    health: { healthy: false, reasons: [reason('internal-error', 'no pass has finished yet')] },
    facts: { stack: box.stack, agent: box.agent, warden: box.warden, unset: [], secrets: {} },
  };
  // Independent of passes: a box that waits for a download must not look dead.
  const tell = async (health: Health) => {
    const gate = await gateState(host).catch(() => undefined);
    await write(host, healthLine(health, latest.facts, host.now(), readHead(gate?.head), gate?.spend));
  };
  setInterval(() => void tell(current(latest, host.now())), METRIC_INTERVAL);
  const events = new Events(host);
  void followForEver(host, events);
  void archiveForEver(host, box, () => memory.wanted);
  let memory: Memory = NOTHING;
  const grants = new Grants(host, box);
  void repeat(host, GRANTS_INTERVAL, 'grants', () => grants.poll());
  const reserver = new SpendReserver(host, box);
  void repeat(host, RESERVE_INTERVAL, 'spend', () => reserver.look());
  const signals = new WardenSignals(host, box);
  const containments = new Containments(host, box);
  const uploads = new Uploads(host, events);
  for (;;) {
    const limit = setTimeout(end, PASS_LIMIT);
    try {
      const result = await pass(host, box, memory, grants);
      memory = result.memory;
      const told = ({ health, facts }: Pick<Latest, 'health' | 'facts'>) =>
        JSON.stringify([health.healthy, facts]);
      const changed = told(result) !== told(latest);
      latest = { ...result, at: host.now() };
      if (changed) await tell(result.health);
      await signals.look(result.health, memory.audit);
      await uploads.look();
      const news = await containments.news();
      const written = events.look(result, news).then(() => containments.told());
      await written.catch((error) => say(host, 'error', 'events', describe(error)));
      await rotateLog(host);
    } catch (error) {
      const because = reason('internal-error', describe(error));
      await say(host, 'error', because.code, because.detail);
      latest = { ...latest, at: host.now(), health: { healthy: false, reasons: [because] } };
      // The memory may have caused the error.
      memory = { ...NOTHING, since: memory.since, diskFull: memory.diskFull };
    }
    clearTimeout(limit);
    const rest = INTERVAL * (0.8 + Math.random() * 0.4);
    for (let slept = 0; slept < rest && !grants.isDue; slept += GRANTS_LOOK) await host.sleep(GRANTS_LOOK);
  }
}

/** What reaches CloudWatch through warden, without canaries. */
export function followedLogs(paths: Host['paths'], canaries: CanaryLogs, scans: ScanReports): FollowedLog[] {
  return [
    canaries.without(testimony(paths)),
    canaries.without(frontLog(paths), 'TLS name'),
    canaries.without(connectLog(paths), 'CONNECT'),
    canaries.without(dnsLog(paths), 'DNS question'),
    canaries.without(scans.of(journal(paths))),
  ];
}

/** Independent of passes, like the metric: a line must be in CloudWatch within a minute. */
async function followForEver(host: Host, events: Events): Promise<never> {
  const canaries = new CanaryLogs(host, events);
  const scans = new ScanReports(host, events);
  const logs = followedLogs(host.paths, canaries, scans);
  for (;;) {
    await canaries.look().catch((error) => say(host, 'error', 'canaries', describe(error)));
    for (const log of logs) {
      await follow(host, log).catch((error) => say(host, 'error', `log of ${log.name}`, describe(error)));
    }
    await scans.look().catch((error) => say(host, 'error', 'scan', describe(error)));
    await host.sleep(FOLLOW_INTERVAL);
  }
}

/** Independent of passes, which must not wait for S3. Without a manifest nobody knows whether there is an archive. */
async function archiveForEver(host: Host, box: Box, wanted: () => Memory['wanted']): Promise<never> {
  for (;;) {
    await host.sleep(ARCHIVE_INTERVAL);
    const manifest = wanted()?.manifest;
    const work = manifest ? archive(host, box, manifest.archive) : undefined;
    await work?.catch((error) => {
      const why = error instanceof AwsError ? error.message : describe(error);
      return say(host, 'error', 'archive', why);
    });
  }
}

/** Independent of passes: a revocation reaches the gate even while a pass waits for a download. */
async function repeat(host: Host, interval: number, what: string, work: () => Promise<void>): Promise<never> {
  for (;;) {
    await host.sleep(interval);
    await work().catch((error) => say(host, 'error', what, describe(error)));
  }
}

function current({ health, at }: Latest, now: number): Health {
  if (now - at < GRACE) return health;
  const stuck = reason('internal-error', `no pass has finished for ${Math.round((now - at) / 1000)} s`);
  return { healthy: false, reasons: [stuck, ...health.reasons] };
}

/** The error's name and place, never its message: a parser's message quotes its input. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const place = /\n\s+at (?:async )?([\w.]+)/.exec(error.stack ?? '')?.[1];
  return [error.name, code, syscall, path, place && `in ${place}`].filter(Boolean).join(' ');
}
