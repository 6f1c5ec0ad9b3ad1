import type { Airlock } from '../../config/model';
import { fail, pass, type Verdict } from '../preflight/check';
import type { Deployed, DeployedResource } from './deployed';
import type { Live } from './live/live';

/** What a judgement knows besides what its check read. */
export interface Subject {
  readonly deployed: Deployed;
  /** The agent that is judged; '' for what the agents share. */
  readonly agent: string;
  /** The configuration, when it was read. */
  readonly airlock?: Airlock;
  /** Whether the agent may be contained, or half contained: `release` checks before it opens. */
  readonly contained: boolean;
  readonly now: Date;
}

/** One fact that can be seen from outside. */
export interface VerifyCheck {
  readonly id: string;
  /** What is true when it passes. */
  readonly title: string;
  readonly invariants: readonly string[];
  /** `stack`: what the agents share, judged once. */
  readonly scope: 'stack' | 'agent';
  readonly run: (live: Live, subject: Subject) => Promise<Verdict>;
}

/** A check from its two halves: what it reads from AWS, and its judgement, which is pure. */
export function verifyCheck<T>(
  check: Omit<VerifyCheck, 'run'> & {
    readonly read: (live: Live, subject: Subject) => Promise<T>;
    readonly judge: (found: T, subject: Subject) => Verdict;
  },
): VerifyCheck & { readonly judge: (found: T, subject: Subject) => Verdict } {
  const { read, judge, ...about } = check;
  return { ...about, judge, run: async (live, subject) => judge(await read(live, subject), subject) };
}

/** Faults shown of one check; the rest is counted. */
const MOST_FAULTS = 8;

/** Passes with the evidence, or fails with every fault. */
export function verdictOf(faults: readonly string[], evidence: string, fix: string): Verdict {
  if (faults.length === 0) return pass(evidence);
  const more = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
  return fail([...faults.slice(0, MOST_FAULTS), ...more].join('; '), fix);
}

/** What was added to the deployed values, and what is missing of them. */
export function differences(where: string, deployed: readonly string[], found: readonly string[]): string[] {
  return [
    ...found.filter((each) => !deployed.includes(each)).map((each) => `${where}: "${each}" was added`),
    ...deployed.filter((each) => !found.includes(each)).map((each) => `${where}: "${each}" is missing`),
  ];
}

export const REDEPLOY =
  'find out in CloudTrail who changed it, remove the change, and run this again; a deployment repairs only what its template names';

export function resourcesOf(
  { resources }: Deployed,
  type: string,
  about: { readonly agent?: string; readonly part?: string } = {},
): DeployedResource[] {
  return resources.filter(
    (each) =>
      each.type === type &&
      (about.agent === undefined || each.agent === about.agent) &&
      (about.part === undefined || each.part === about.part),
  );
}

/** The agent's key; without an agent, the one that belongs to none. */
export function keyOf({ deployed, agent }: Subject): DeployedResource | undefined {
  return resourcesOf(deployed, 'AWS::KMS::Key').find((each) => (each.agent ?? '') === agent);
}

/** A property that is a list of objects. */
export function recordsOf(resource: DeployedResource, property: string): Record<string, unknown>[] {
  const value = resource.get(property);
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

/** A machine of the deployed template. */
export function machinesOf(subject: Subject, part: 'agent-host' | 'proxy-box'): DeployedResource[] {
  return resourcesOf(subject.deployed, 'AWS::EC2::Instance', { agent: subject.agent, part });
}
