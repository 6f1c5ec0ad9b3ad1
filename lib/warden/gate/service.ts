import { type Counters, describeOver, type Usage } from '../../policy/gate/caps';
import { decideAtGate } from '../../policy/gate/decide';
import { type GateDecision, refusedAtGate } from '../../policy/gate/decision';
import type { Caps } from '../../policy/gate/policy';
import { announcedLength } from '../../policy/gate/request';
import { type AskedRequest, RESPONSE_ANSWER, readRequest, readResponse, requestAnswer } from './messages';
import { OpenRequests } from './open-requests';
import type { PolicyInForce } from './policy-file';
import { type Ending, endRecord, omittedRecord, requestRecord } from './record';
import type { RecordFile } from './record-file';
import { refusal } from './refusal';

/** Milliseconds after which a request without an answer counts as ended; iron-proxy waits ten minutes for one. */
const UNANSWERED = 3_600_000;

export interface GateNeeds {
  readonly records: Pick<RecordFile, 'append' | 'failure'>;
  readonly counters: Counters;
  /** Undefined until warden has written one: then everything is refused. */
  readonly policy: () => PolicyInForce | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unique for each start of the gate. */
  readonly run: string;
}

/** Judges requests, and records each before it answers. */
export class Gate {
  private readonly open = new OpenRequests();
  private count = 0;
  private omitted = 0;

  constructor(private readonly needs: GateNeeds) {}

  /** @throws when the message is malformed: iron-proxy then answers 502 */
  async request(message: Buffer): Promise<Buffer> {
    const request = readRequest(message);
    const { policy, now, run } = this.needs;
    this.count += 1;
    const id = `${run}-${this.count}`;
    const inForce = policy();
    const began = now();
    const decision = this.decide(inForce, request, began);
    const agent = inForce?.policy.agent ?? '';
    const subject = { id, agent, policy: inForce?.digest.slice(0, 16) ?? '' };
    const line = requestRecord(subject, request, decision, began);
    const final = await this.record(inForce, decision, line, request, began);
    if (final.allowed) {
      const unanswered = this.open.begin(request.remoteAddr, { id, began });
      if (unanswered) this.recordEnd(unanswered.id, { end: 'unanswered' }, unanswered.began);
    }
    const notes = { record: id, ...(final.rule !== undefined && { rule: final.rule }) };
    return requestAnswer(final.allowed ? undefined : refusal(agent, id, final), notes);
  }

  /** @throws when the message is malformed */
  response(message: Buffer): Buffer {
    const { remoteAddr, status } = readResponse(message);
    const request = this.open.end(remoteAddr);
    if (request) this.recordEnd(request.id, { end: 'answered', status }, request.began);
    return RESPONSE_ANSWER;
  }

  /** To be called now and then. */
  sweep(): void {
    const { policy, now } = this.needs;
    for (const { id, began } of this.open.endOlder(now() - UNANSWERED))
      this.recordEnd(id, { end: 'unanswered' }, began);
    if (this.omitted === 0) return;
    const line = omittedRecord(policy()?.policy.agent ?? '', this.omitted, 'a cap on records', now());
    this.omitted = 0;
    this.append(line);
  }

  recordEnd(id: string, ending: Ending, began: number): void {
    const { policy, now } = this.needs;
    this.append(endRecord(id, policy()?.policy.agent ?? '', ending, began, now()));
  }

  get waiting(): number {
    return this.open.count;
  }

  private decide(inForce: PolicyInForce | undefined, request: AskedRequest, now: number): GateDecision {
    if (inForce === undefined) {
      return refusedAtGate('policy', 'the gate has no policy yet', { status: 503, retryAfter: 10 });
    }
    const decision = decideAtGate(inForce.policy, inForce.unset, request);
    if (!decision.allowed) return decision;
    return this.overCap(inForce, decision, usageOf(request), now) ?? decision;
  }

  private overCap(
    { policy }: PolicyInForce,
    decision: GateDecision,
    usage: Partial<Usage>,
    now: number,
  ): GateDecision | undefined {
    const { rule } = decision;
    const ruleCaps = policy.rules.find(({ id }) => id === rule)?.caps;
    const asked: [string, string, Caps | undefined][] = [
      ['', `the agent ${policy.agent}`, policy.caps],
      [rule ?? '', `the rule ${rule}`, rule === undefined ? undefined : ruleCaps],
    ];
    for (const [who, words, caps] of asked) {
      const over = caps && this.needs.counters.over(who, caps, usage, now);
      if (!over) continue;
      const { risk, secret } = decision;
      const { retryAfter } = over;
      return refusedAtGate('cap', describeOver(words, over), { rule, risk, secret, status: 429, retryAfter });
    }
    return undefined;
  }

  /** Writes the record, and counts it. Over a cap on records nothing passes, and refusals are summed up. */
  private async record(
    inForce: PolicyInForce | undefined,
    decision: GateDecision,
    line: string,
    request: AskedRequest,
    now: number,
  ): Promise<GateDecision> {
    const over = inForce && this.overCap(inForce, decision, { logMiB: line.length + 1 }, now);
    if (over) {
      this.omitted += 1;
      return over;
    }
    const { counters, records } = this.needs;
    const usage = { logMiB: line.length + 1, ...(decision.allowed && usageOf(request)) };
    // Before the write, so that requests at the same moment can't all pass below a cap.
    counters.add('', usage, now);
    if (decision.rule !== undefined) counters.add(decision.rule, usage, now);
    try {
      await records.append(line);
      return decision;
    } catch {
      return refusedAtGate('record', 'the record of the request could not be written', {
        status: 503,
        retryAfter: 10,
      });
    }
  }

  /** Not awaited: what it ends was recorded before it began. A failure shows in the file's `failure`. */
  private append(line: string): void {
    this.needs.counters.add('', { logMiB: line.length + 1 }, this.needs.now());
    this.needs.records.append(line).catch(() => undefined);
  }
}

function usageOf({ headers }: AskedRequest) {
  return { requests: 1, uploadMiB: announcedLength(headers) ?? 0 };
}
