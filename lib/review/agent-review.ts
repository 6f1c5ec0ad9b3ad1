import type { SpendSeen } from '../policy/gate/spend/sums';

export interface DayOfUse {
  /** UTC. */
  readonly day: string;
  allowed: number;
  refused: number;
  uploadKiB: number;
}

export interface RuleUse {
  readonly rule: string;
  requests: number;
  uploadKiB: number;
  last: string;
}

export interface Counted {
  /** What was asked, or what a signal saw. */
  readonly what: string;
  readonly why: string;
  times: number;
  last: string;
}

export interface NewHost {
  readonly host: string;
  allowed: boolean;
  readonly first: string;
}

/** The rows of new hosts. Whoever asks for many first must not hide one that is allowed, or that comes later. */
export function newHostsOf(all: readonly NewHost[], most: number) {
  const order = (one: NewHost, other: NewHost) =>
    Number(other.allowed) - Number(one.allowed) || other.first.localeCompare(one.first);
  return { newHosts: [...all].sort(order).slice(0, most), newHostsLeftOut: Math.max(0, all.length - most) };
}

export interface GrantUsed {
  readonly rule: string;
  readonly by: string;
  readonly because: string;
  readonly from: string;
  readonly until: string;
}

export interface SpendReview {
  /** Upper bounds of the model calls in the period, in US dollars. */
  readonly chargedUsd: number;
  /** The gate's sums of today and of this month, with their limits; absent without a limit. */
  readonly model?: SpendSeen;
  /** AWS's bill of this month, with its budget. */
  readonly aws?: { readonly spentUsd: number; readonly limitUsd: number };
}

export interface Age {
  readonly what: string;
  readonly days: number;
}

/** What a review says besides the records. */
export type Standing = Pick<AgentReview, 'ages' | 'missing' | 'baseline'> & {
  readonly spend: Omit<SpendReview, 'chargedUsd'>;
};

/** What an agent did in a period, by its records. */
export interface AgentReview {
  readonly agent: string;
  /** UTC, both included. */
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly refused: number;
  /** Refusals that have no record of their own. */
  readonly omitted: number;
  readonly days: readonly DayOfUse[];
  /** The most used first. */
  readonly rules: readonly RuleUse[];
  /** The most frequent first. */
  readonly refusals: readonly Counted[];
  readonly refusalsLeftOut: number;
  /** Hosts that were not asked for in the period before: allowed ones first, and of each kind the last. */
  readonly newHosts: readonly NewHost[];
  readonly newHostsLeftOut: number;
  /** Rules in force that let nothing pass. */
  readonly unused: readonly string[];
  /** Hours and days that the baseline doesn't call usual; absent without one. */
  readonly unusual?: readonly Counted[];
  readonly grants: readonly GrantUsed[];
  readonly signals: readonly Counted[];
  /** Warden's events, such as a new policy. */
  readonly events: readonly Counted[];
  /** What its model calls and its machines cost. */
  readonly spend: SpendReview;
  readonly ages: readonly Age[];
  /** The first day that the ratified baseline was learned from, or that there is one; absent without one. */
  readonly baseline?: string;
  /** What AWS did not tell, and why. */
  readonly missing: readonly string[];
  /** Lines that are no record. */
  readonly unreadable: number;
  /** Whether CloudWatch gave every line. */
  readonly isAll: boolean;
}
