import { join } from 'node:path';

/** Where an iron-proxy runs. There are two slots, so that a new one starts beside the one in force (slot.ts). */
export type Slot = 'a' | 'b';

/** Every path that warden uses, below one root, so that tests stay in their own directory. */
export interface Paths {
  /** iron-proxy's policy in each slot (slot.ts). */
  readonly policies: Readonly<Record<Slot, string>>;
  /** The slot in force. */
  readonly slot: string;
  /** How the iron-proxy in the other slot ends. */
  readonly retirement: string;
  /** The kernel's list of IPv4 connections. */
  readonly tcp: string;
  readonly certificate: string;
  readonly key: string;
  /** The front's configuration, checked by HAProxy. */
  readonly front: string;
  /** The DNS server's configuration, checked by dnsmasq. */
  readonly dns: string;
  /** The kernel's limits of bytes, and how much of them is used. */
  readonly quota: string;
  readonly quotasUsed: string;
  /** iron-proxy's environment: the region. */
  readonly environment: string;
  readonly ironProxy: string;
  readonly ironProxyCurrent: string;
  readonly wardens: string;
  readonly wardenCurrent: string;
  readonly state: string;
  /** For airlock-upgrade.service: two lines, the wanted and the present digest. */
  readonly upgrade: string;
  /** The digest of the last warden that was rolled back. */
  readonly badWarden: string;
  /** Digest of a new warden whose box is no worse than before: ends the upgrade's window. */
  readonly sound: string;
  /** For airlock-system-upgrade.service: two lines, the wanted release of Amazon Linux and the present one. */
  readonly systemUpgrade: string;
  /** The release that was undone last. */
  readonly badRelease: string;
  /** Exists when an upgrade could neither be finished nor undone: iron-proxy stays stopped. */
  readonly systemBroken: string;
  /** The release under which a restarted warden's box is no worse than before: ends the upgrade's window. */
  readonly systemSound: string;
  readonly osRelease: string;
  readonly machineId: string;
  /** The canaries; what of them the gate looks for; the files that the agent host fetches, for the front. */
  readonly canaries: string;
  readonly gateCanaries: string;
  readonly canaryArchive: string;
  /** When the agent host reported its last scan. */
  readonly scan: string;
  /** What the iron-proxy of each slot was started with; gone after a reboot, like the process. */
  readonly started: Readonly<Record<Slot, string>>;
  readonly installed: string;
  /** The gate's policy, as warden renders it. */
  readonly gatePolicy: string;
  readonly gateSocket: string;
  /** Where iron-proxy shows the gate bodies that are judged. */
  readonly bodiesSocket: string;
  /** Grants in force, for the gate; gone after a reboot. */
  readonly grants: string;
  /** The gate's sign of life. */
  readonly gateState: string;
  /** The gate's records. */
  readonly records: string;
  /** What the gate knows of them, up to a place in the file. */
  readonly history: string;
  /** How far the records are in the write-once archive. */
  readonly archive: string;
  /** The version of the last containment or release that the records have. */
  readonly containment: string;
  /** What warden did, for the gate's records. */
  readonly events: string;
  /** What the month's model calls cost before the day of the records that the gate counts at its start. */
  readonly spend: string;
  /** The name under which the gate reserves money for them; what warden agreed with the agent's parameter. */
  readonly spendBox: string;
  readonly spendReserve: string;
  /** iron-proxy's standard error. Only warden reads it. */
  readonly auditLog: string;
  /** The same, framed: what CloudWatch gets. */
  readonly testimony: string;
  readonly testimonyState: string;
  /** What HAProxy writes; the same within a day's limit, for CloudWatch; how far that has come. */
  readonly frontLogRaw: string;
  readonly frontLog: string;
  readonly frontLogState: string;
  /** What the answerer of CONNECT refused: it joins the front's log for CloudWatch. */
  readonly connectLogRaw: string;
  readonly connectLogState: string;
  /** The same for dnsmasq. */
  readonly dnsLogRaw: string;
  readonly dnsLog: string;
  readonly dnsLogState: string;
  /** The agent host's journal, as the front took it; the same, framed, within a day's limit. */
  readonly journalRaw: string;
  readonly journal: string;
  readonly journalState: string;
  readonly wardenLog: string;
  /** Directory of the CloudWatch agent's state files, one for each log: how far it has sent the log. */
  readonly sentOffsets: string;
}

/** @param root Empty on a box; a temporary directory in tests. */
export function pathsUnder(root: string): Paths {
  const at = (path: string) => join(root === '' ? '/' : root, path);
  return {
    policies: { a: at('etc/iron-proxy/a.yaml'), b: at('etc/iron-proxy/b.yaml') },
    slot: at('var/lib/airlock/slot'),
    retirement: at('var/lib/airlock/retirement.json'),
    tcp: at('proc/net/tcp'),
    certificate: at('etc/iron-proxy/ca.crt'),
    key: at('etc/iron-proxy/ca.key'),
    front: at('etc/airlock-front/front.cfg'),
    dns: at('etc/airlock-front/dns.conf'),
    quota: at('etc/airlock-front/quota.nft'),
    quotasUsed: at('run/airlock/quotas'),
    environment: at('etc/iron-proxy/environment'),
    ironProxy: at('opt/iron-proxy'),
    ironProxyCurrent: at('opt/iron-proxy/current'),
    wardens: at('opt/airlock/warden'),
    wardenCurrent: at('opt/airlock/warden/current'),
    state: at('var/lib/airlock/state.json'),
    upgrade: at('var/lib/airlock/upgrade'),
    badWarden: at('var/lib/airlock/bad-warden'),
    sound: at('run/airlock/sound'),
    systemUpgrade: at('var/lib/airlock/system-upgrade'),
    badRelease: at('var/lib/airlock/bad-release'),
    systemBroken: at('var/lib/airlock/system-broken'),
    systemSound: at('run/airlock/system-sound'),
    osRelease: at('etc/os-release'),
    machineId: at('etc/machine-id'),
    canaries: at('var/lib/airlock/canaries.json'),
    gateCanaries: at('etc/airlock-gate/canaries.json'),
    scan: at('var/lib/airlock/scan'),
    canaryArchive: at('etc/airlock-front/canaries.tar'),
    started: { a: at('run/airlock/iron-proxy-a'), b: at('run/airlock/iron-proxy-b') },
    installed: at('var/lib/airlock/installed'),
    gatePolicy: at('etc/airlock-gate/policy.json'),
    gateSocket: at('run/airlock-gate/gate.sock'),
    bodiesSocket: at('run/airlock-gate/bodies.sock'),
    grants: at('run/airlock-grants/grants.json'),
    gateState: at('run/airlock-gate/state.json'),
    records: at('var/log/airlock-gate/records.log'),
    containment: at('var/lib/airlock/containment'),
    archive: at('var/lib/airlock/archive.json'),
    events: at('var/log/airlock-events/events.log'),
    history: at('var/log/airlock-gate/history.json'),
    spend: at('var/log/airlock-gate/spend.json'),
    spendBox: at('var/log/airlock-gate/spend-box'),
    spendReserve: at('etc/airlock-gate/spend.json'),
    auditLog: at('var/log/iron-proxy/audit.log'),
    testimony: at('var/log/airlock/testimony.log'),
    testimonyState: at('var/lib/airlock/testimony.json'),
    frontLogRaw: at('var/log/airlock-front/front.log'),
    frontLog: at('var/log/airlock/front.log'),
    frontLogState: at('var/lib/airlock/front-log.json'),
    connectLogRaw: at('var/log/airlock-front/connect.log'),
    connectLogState: at('var/lib/airlock/connect-log.json'),
    dnsLogRaw: at('var/log/airlock-front/dns.log'),
    dnsLog: at('var/log/airlock/dns.log'),
    dnsLogState: at('var/lib/airlock/dns-log.json'),
    journalRaw: at('var/log/airlock-front/journal.log'),
    journal: at('var/log/airlock/journal.log'),
    journalState: at('var/lib/airlock/journal.json'),
    wardenLog: at('var/log/airlock/warden.log'),
    sentOffsets: at('opt/aws/amazon-cloudwatch-agent/logs/state'),
  };
}
