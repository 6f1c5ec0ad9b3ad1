import { MODEL_SPEND } from '../../../constructs/names';
import type { GateDecision } from '../../policy/gate/decision';
import type { GatePolicy } from '../../policy/gate/policy';
import type { GateRequest } from '../../policy/gate/request';
import { judgeSpend, type SpendLimit } from '../../policy/gate/spend/judge';
import type { LedgerEntry } from '../../policy/gate/spend/ledger';
import type { SpendReserve } from '../../policy/gate/spend/reserve';
import { dayOf, MICRO, type SpendSeen, type SpendState, type SpendSums } from '../../policy/gate/spend/sums';
import type { GateGrants } from './grants';
import { chargeRecord, spendDayRecord, spendRecord } from './record';

interface Needs {
  readonly sums: SpendSums;
  readonly reserve: SpendReserve;
  readonly grants: Pick<GateGrants, 'live' | 'use'>;
  readonly save: (state: SpendState) => Promise<void>;
}

export interface Spent {
  /** Absent: it passes. */
  readonly refused?: GateDecision;
  /** Records that must be on disk before the answer. */
  readonly lines: readonly string[];
}

/** The limit of what model calls cost, at the gate: it charges each before it passes. */
export class ModelSpend {
  private saved: string | undefined;
  /** A disk may take longer than the time between two sweeps, and two that write one file spoil it. */
  private isSaving = false;
  private told = '';

  constructor(private readonly needs: Needs) {}

  /** Whether an allowed request is refused before its body is read. */
  head(
    policy: GatePolicy,
    request: GateRequest,
    decision: GateDecision,
    now: number,
  ): GateDecision | undefined {
    const judged = this.judge(policy, request, decision, now);
    return judged.kind === 'refused' ? judged.decision : undefined;
  }

  /** Charges a request whose judged body passes. @param id of the request's record */
  body(policy: GatePolicy, request: GateRequest, decision: GateDecision, id: string, now: number): Spent {
    const judged = this.judge(policy, request, decision, now);
    const { agent, spend = {} } = policy;
    if (judged.kind === 'passes') return { lines: [] };
    if (judged.kind === 'refused') {
      const lines = judged.limit ? this.reached(agent, judged.limit, now) : [];
      return { refused: judged.decision, lines };
    }
    const grant = judged.lifted ? this.grant() : undefined;
    if (grant !== undefined) this.needs.grants.use(grant);
    const alerts = this.needs.sums.add(judged.charge.microUsd, spend, now);
    const subject = { id, agent, rule: decision.rule ?? null, grant };
    return {
      lines: [
        chargeRecord(subject, judged.charge, now),
        ...alerts.map((alert) => spendRecord(agent, alert, now)),
      ],
    };
  }

  /** For people; absent without a limit. */
  seen(policy: GatePolicy | undefined, now: number): SpendSeen | undefined {
    if (policy?.spend === undefined) return undefined;
    const { sums, reserve } = this.needs;
    const { day, month } = sums.of(now);
    const lost = sums.isBroken(now) && { isLost: true };
    const { problem } = reserve;
    return {
      dayUsd: day / MICRO,
      monthUsd: month / MICRO,
      ...policy.spend,
      ...lost,
      ...(problem !== undefined && { problem }),
    };
  }

  /** What warden must reserve in the agent's parameter; absent without a limit. */
  wanted(policy: GatePolicy | undefined, now: number): LedgerEntry | undefined {
    return policy?.spend && this.needs.reserve.wanted(policy.spend, now);
  }

  /** To be called now and then: keeps the sum of a day that has ended. @returns its record */
  async sweep(policy: GatePolicy | undefined, now: number): Promise<string[]> {
    const { sums, save } = this.needs;
    const state = sums.state(now);
    if (sums.isBroken(now) || state.before === this.saved || this.isSaving) return [];
    this.isSaving = true;
    await save(state).finally(() => {
      this.isSaving = false;
    });
    const isNewDay = this.saved !== undefined;
    this.saved = state.before;
    const { day, month } = sums.of(now);
    const all = { ...state, microUsd: month - day };
    return isNewDay && policy?.spend ? [spendDayRecord(policy.agent, all, now)] : [];
  }

  private judge(policy: GatePolicy, request: GateRequest, decision: GateDecision, now: number) {
    const { sums, reserve } = this.needs;
    const lacks = (microUsd: number) => reserve.lacks(microUsd, now);
    const granted = this.grant() !== undefined;
    return judgeSpend({ policy, sums, lacks, granted, now }, request, decision);
  }

  private grant(): string | undefined {
    return this.needs.grants.live().find(({ rule }) => rule === MODEL_SPEND)?.id;
  }

  /** Once a day, of the first request that is refused. */
  private reached(agent: string, limit: SpendLimit, now: number): string[] {
    const day = dayOf(now);
    if (this.told === day) return [];
    this.told = day;
    const microUsd = this.needs.sums.of(now)[limit.period];
    return [spendRecord(agent, { ...limit, percent: 100, microUsd }, now)];
  }
}
