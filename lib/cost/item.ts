import {
  AUDIT_GB,
  BILLED_ROTATIONS,
  DETAILED_METRICS,
  FLOW_GB,
  GZIPPED,
  HOURS_A_MONTH,
  JOURNAL_MIB,
  LINE_BYTES,
  LOG_LINE_BYTES,
  PROXY_GB,
  REVIEW_READS,
  VOLUME_CHANGES,
  VOLUME_FILLED,
  WATCH_GB_SECONDS,
} from './assumptions';
import { instancePrice } from './price-table';

/**
 * The owner of a cost. `host`: the agent host's instance and disks, which an agent needs without Airlock too.
 * `security`: everything else of one agent. `shared`: the stack's.
 */
export type Share = 'host' | 'security' | 'shared';

/** A cost before the look-up of its price. */
export interface Item {
  readonly what: string;
  /** @default shared by the stack */
  readonly agent?: string;
  readonly share: Share;
  /** Its name in the price table. */
  readonly price: string;
  /** In the units of that price, a month; undefined when no template contains it. */
  readonly quantity: number | undefined;
  /** The begin of a later cost, which is in no total. */
  readonly later?: string;
}

type Agent = string | undefined;
export type Part = 'agent-host' | 'proxy-box';

export interface Machine {
  readonly part: Part;
  readonly type: string;
  /** Gibibytes by volume type. */
  readonly disks: readonly { readonly type: string; readonly gib: number | undefined }[];
  /** @default EC2's basic monitoring, which is free */
  readonly detailedMonitoring?: boolean;
}

export function machineItems(agent: Agent, { part, type, disks, detailedMonitoring }: Machine): Item[] {
  const name = part.replace('-', ' ');
  const share = part === 'agent-host' ? 'host' : 'security';
  return [
    item(agent, share, `${name}, ${type}`, instancePrice(type), HOURS_A_MONTH),
    ...disks.map((disk) => item(agent, share, `root disk of the ${name}`, `disk ${disk.type}`, disk.gib)),
    ...(detailedMonitoring
      ? [item(agent, 'security', `detailed monitoring of the ${name}`, 'metric', DETAILED_METRICS)]
      : []),
  ];
}

export function stateVolumeItems(agent: Agent, type: string, gib: number | undefined): Item[] {
  return [item(agent, 'host', 'state volume', `disk ${type}`, gib)];
}

/** The first snapshot holds all data, each later one the changes of a day. */
export function snapshotItems(agent: Agent, gib: number | undefined, kept: number | undefined): Item[] {
  const filled =
    gib !== undefined && kept !== undefined ? gib * (VOLUME_FILLED + VOLUME_CHANGES * kept) : undefined;
  return [item(agent, 'security', 'daily snapshots of the state volume', 'snapshot', filled)];
}

export function addressItems(agent: Agent): Item[] {
  return [item(agent, 'security', 'public IPv4 address', 'public IPv4 address', HOURS_A_MONTH)];
}

export function keyItems(agent: Agent, rotates: boolean): Item[] {
  const key = item(agent, 'security', 'encryption key', 'key', 1);
  const later = {
    ...key,
    what: 'two earlier versions of the key',
    quantity: BILLED_ROTATIONS,
    later: 'from the third year',
  };
  return rotates ? [key, later] : [key];
}

export function alarmItems(agent: Agent, metrics = 1): Item[] {
  return [item(agent, 'security', 'alarms', 'alarm', metrics)];
}

/** Billed, at a price that the table lacks. */
export function unknownItems(agent: Agent, what: string): Item[] {
  return [item(agent, 'security', what, what, 1)];
}

export function metricItems(agent: Agent): Item[] {
  return [item(agent, 'security', 'metrics of the kit', 'metric', 1)];
}

/** Some dashboards of an account are free (FREE_DASHBOARDS), but its other ones may be those. */
export function dashboardItems(): Item[] {
  return [item(undefined, 'shared', 'dashboard', 'dashboard', 1)];
}

/** What looks at agent hosts every five minutes, and at their CPU every hour. */
export function watchItems(hosts: number): Item[] {
  return [
    item(undefined, 'shared', 'watch function', 'Lambda GB-second', WATCH_GB_SECONDS),
    item(undefined, 'shared', 'CPU of the agent hosts', 'metric request', HOURS_A_MONTH * hosts),
  ];
}

export function auditLogItems(agent: Agent, retentionDays: number | undefined): Item[] {
  return logItems(agent, 'audit log', AUDIT_GB, LINE_BYTES.audit, retentionDays);
}

/** @param mibADay the most that a proxy box takes, for an upper bound; @default that of an idle host */
export function journalItems(agent: Agent, retentionDays: number | undefined, mibADay = JOURNAL_MIB): Item[] {
  const gb = (mibADay * 2 ** 20 * DAYS_A_MONTH) / 1e9;
  return logItems(agent, "agent host's journal", gb, LINE_BYTES.journal, retentionDays);
}

export function reviewItems(agent: Agent): Item[] {
  return [item(agent, 'security', 'weekly review, records read', 'log query', AUDIT_GB * REVIEW_READS)];
}

/** Each put asks KMS for a data key. */
export function archiveItems(agent: Agent, days: number | undefined): Item[] {
  const stored = days === undefined ? undefined : (AUDIT_GB * GZIPPED * days) / DAYS_A_MONTH;
  return [
    item(agent, 'security', 'archive, put', 'S3 put', HOURS_A_MONTH),
    item(agent, 'security', 'archive, keys', 'KMS request', HOURS_A_MONTH),
    item(agent, 'security', 'archive, stored', 'S3 storage', stored),
  ];
}

export function flowLogItems(machines: number, retentionDays: number | undefined): Item[] {
  return logItems(undefined, 'flow logs', FLOW_GB * machines, LINE_BYTES.flow, retentionDays);
}

export function natGatewayItems(proxyBoxes: number): Item[] {
  return gatewayItems('NAT gateway', 'NAT gateway', 'data through the NAT gateway', proxyBoxes);
}

export function transitGatewayItems(proxyBoxes: number): Item[] {
  return gatewayItems(
    'transit gateway attachment',
    'transit gateway attachment',
    'data through the transit gateway',
    proxyBoxes,
  );
}

export function dnsDomainItems(domains: number): Item[] {
  return [item(undefined, 'shared', 'domains in a DNS firewall list', 'DNS firewall domain', domains)];
}

function gatewayItems(what: string, hours: string, data: string, proxyBoxes: number): Item[] {
  return [
    item(undefined, 'shared', what, hours, HOURS_A_MONTH),
    item(undefined, 'shared', data, data, PROXY_GB * proxyBoxes),
  ];
}

const DAYS_A_MONTH = 365 / 12;

function logItems(
  agent: Agent,
  what: string,
  gb: number,
  lineBytes: number,
  days: number | undefined,
): Item[] {
  const kept = GZIPPED * (1 - LOG_LINE_BYTES / lineBytes) + LOG_LINE_BYTES / lineBytes;
  const stored = days === undefined ? undefined : (gb * kept * days) / DAYS_A_MONTH;
  return [
    item(agent, 'security', `${what}, written`, 'log ingestion', gb),
    item(agent, 'security', `${what}, stored`, 'log storage', stored),
  ];
}

function item(agent: Agent, share: Share, what: string, price: string, quantity: number | undefined): Item {
  return agent === undefined
    ? { what, share: 'shared', price, quantity }
    : { what, agent, share, price, quantity };
}
