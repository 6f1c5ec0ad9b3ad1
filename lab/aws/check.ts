import type { Trial } from './trial';

/** What only a real account can show. A check covers each item; SECURITY.md lists the items that no run has shown. */
export const ONLY_AWS_SHOWS = {
  deployment: 'CloudFormation creates, updates and deletes the whole stack',
  'root-device': "the root disk's device name on both images",
  'debian-image': "what Debian's image brings: curl, Python, ssh as `admin` through the endpoint",
  'log-agent': "the CloudWatch agent of Amazon Linux's package: its user, its files, its delivery",
  memory: 'the proxy box within 1 GiB of memory',
  'path-mtu': 'large requests and answers past the network ACLs (path MTU)',
  'kernel-settings': 'the kernel settings of the proxy box',
  boots: 'boots of both machines, and the health metric',
  alarms: 'alarms that ring and clear',
  'dns-firewall': 'the DNS firewall: a question is refused, logged, and rings',
  'flow-logs': 'delivery of flow logs',
  audit: 'audit lines within a minute',
  archive: 'the write-once archive: files arrive, are locked, and verify',
  secrets: 'secrets that are put and used',
  budgets: 'budgets with their tag filters',
  backups: 'a backup job and its recovery point',
  containment: 'how long EC2 takes to stop a proxy box by force, and a release after it',
  preflight: 'what `airlock preflight --live` reads of a deployed agent',
  'second-deployment': 'a second deployment without pinned images that replaces no machine',
  replacement: 'replacement by `host.os`, `host.rootGiB` and `network.cidr`, with the state carried over',
  'second-agent': 'a second agent that comes and goes beside the first',
  drift: 'no drift between template and resources',
  return: 'destroying the stack, and making it again with old secrets and logs',
  restore: 'restoring the state from a recovery point into a new cell',
} as const;

export type Item = keyof typeof ONLY_AWS_SHOWS;

export type Verdict = { readonly status: 'pass' | 'fail'; readonly evidence: string };

export const pass = (evidence: string): Verdict => ({ status: 'pass', evidence });
export const fail = (evidence: string): Verdict => ({ status: 'fail', evidence });
/** @param evidence what the check saw, for either verdict */
export const judge = (good: boolean, evidence: string): Verdict => (good ? pass(evidence) : fail(evidence));

export interface Check {
  readonly id: string;
  /** The law that the check tests. */
  readonly title: string;
  readonly covers: readonly Item[];
  /** Its time limit. */
  readonly minutes: number;
  /** Ids of the checks that must pass first. */
  readonly needs: readonly string[];
  /** A thrown error is a failure. */
  readonly run: (trial: Trial) => Promise<Verdict>;
}
