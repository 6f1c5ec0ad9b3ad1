import { JOURNAL_MIB_A_DAY } from '../../constructs/sizes';

/** Figures that are in no template and no price table. `airlock cost` shows each one. */

/** A year has 8,760 hours. */
export const HOURS_A_MONTH = 730;

/** Requests and health lines of one agent: about a million records of 1 kB. */
export const AUDIT_GB = 1;

/** A journal of an idle agent host, in MiB a day. */
export const JOURNAL_MIB = 1;

/** Bytes of a line: of the audit log, of flow logs, of a journal with its frame. */
export const LINE_BYTES = { audit: 1000, flow: 150, journal: 250 } as const;

/** How often the weekly review reads each record: three queries, one of them over two weeks. */
export const REVIEW_READS = 4;

/** Flow records of one machine: thirty a minute of 150 bytes each. */
export const FLOW_GB = 0.2;

/** What gzip leaves of records, at most. */
export const GZIPPED = 0.2;

/** What AWS adds to each line of a log group, and doesn't compress (CloudWatch pricing). */
export const LOG_LINE_BYTES = 26;

/** What the watch function takes for its looks: 8,760 a month, a second each with a quarter of a GB. */
export const WATCH_GB_SECONDS = 2190;

/** What one idle proxy box sends and receives: polls, log delivery, system updates. */
export const PROXY_GB = 1;

/** The share of a state volume that holds data, and the share that changes a day. */
export const VOLUME_FILLED = 0.2;
export const VOLUME_CHANGES = 0.01;

/** Metrics of an instance under detailed monitoring, each billed as a custom one. */
export const DETAILED_METRICS = 7;

/** Yearly rotations of a key that add to its price; later ones are free. */
export const BILLED_ROTATIONS = 2;

/** Dashboards that cost an account nothing, and the metrics that they may show (CloudWatch pricing, "Free tier"). */
export const FREE_DASHBOARDS = { count: 3, metrics: 50 } as const;

export const ASSUMPTIONS: readonly string[] = [
  `A month has ${HOURS_A_MONTH} hours, and machines run through all of them. No free tier, discount, credit or tax.`,
  `The audit log of an agent takes ${AUDIT_GB} GB a month: about a million records.`,
  `The weekly review reads each record of the audit log ${REVIEW_READS} times, by CloudWatch Logs Insights.`,
  `Flow records of a machine take ${FLOW_GB} GB a month.`,
  `The journal of an agent host takes ${JOURNAL_MIB} MiB a day. Its proxy box takes at most ${JOURNAL_MIB_A_DAY} MiB.`,
  `Stored logs are counted over their whole retention, as AWS bills them: after gzip, which leaves ${GZIPPED * 100} % of them at most, and with ${LOG_LINE_BYTES} bytes more a line.`,
  'The write-once archive gets a file an hour from each proxy box, after gzip too.',
  `A state volume is filled to ${VOLUME_FILLED * 100} % and ${VOLUME_CHANGES * 100} % of it changes a day.`,
  `The watch function takes ${WATCH_GB_SECONDS} GB-seconds a month for its looks; signals, refused flows and reads of secrets take seconds more.`,
  `A proxy box moves ${PROXY_GB} GB a month while its agent is idle; that counts where a NAT gateway or a transit gateway bills it.`,
  `Detailed monitoring is ${DETAILED_METRICS} metrics a machine. A metric that an alarm or a filter names is counted as if it had data in every hour.`,
  `A dashboard is counted in full, although ${FREE_DASHBOARDS.count} of an account with up to ${FREE_DASHBOARDS.metrics} metrics are free. The kit's shows one metric an agent.`,
  `A key that rotates costs $1 more a month after each of its first ${BILLED_ROTATIONS} yearly rotations: shown apart, not in the totals.`,
];

/** The upper limit for the security overhead of one agent, a month; docs/COST.md has the actual cost. */
export const SECURITY_AIM_USD = 15;
