import { LINK_BYTES } from '../../audit/chain';
import type { Caps } from '../../config/model';
import { type JsonRead, jsonInSlices } from '../../policy/body/json';
import { type Counters, describeOver, type Usage } from '../../policy/gate/caps';
import { type GateDecision, refusedAtGate } from '../../policy/gate/decision';
import { judgeAtGate } from '../../policy/gate/judge';
import { announcedLength } from '../../policy/gate/request';
import { afterAnswer } from './after-answer';
import { BodyBudget } from './body-budget';
import { type GateCanaries, refusedForCanary } from './canaries';
import type { Connections } from './connections';
import { endOf, type FrontConnection, SETTLE } from './front-log';
import type { GateGrants } from './grants';
import type { GrantInForce, GrantsFile } from './grants-file';
import { type AskedRequest, RESPONSE_ANSWER, readRequest, readResponse, requestAnswer } from './messages';
import type { ModelSpend } from './model-spend';
import type { PolicyInForce } from './policy-file';
import {
  connectionRecord,
  type Ending,
  endRecord,
  grantRecord,
  notesRecord,
  omittedRecord,
  requestRecord,
} from './record';
import type { RecordFile } from './record-file';
import { refusal } from './refusal';

/** Milliseconds after which a request without an answer counts as ended; iron-proxy waits ten minutes for one. */
const UNANSWERED = 3_600_000;

export interface GateNeeds {
  readonly records: Pick<RecordFile, 'append' | 'failure'>;
  readonly counters: Counters;
  readonly connections: Connections;
  readonly grants: GateGrants;
  readonly spend: ModelSpend;
  readonly canaries: GateCanaries;
  /** Undefined until warden has written one: then everything is refused. */
  readonly policy: () => PolicyInForce | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unique for each start of the gate. */
  readonly run: string;
}

/** Judges requests, and records each before it answers. */
export class Gate {
  private readonly bodies = new BodyBudget();
  private count = 0;
  /** Refusals that no record has, by who refused. */
  private omitted = { cap: 0, front: 0 };

  constructor(private readonly needs: GateNeeds) {}

  /** @throws when the message is malformed: iron-proxy then answers 502 */
  async request(message: Buffer): Promise<Buffer> {
    const request = readRequest(message);
    const { policy, now, run, canaries } = this.needs;
    this.count += 1;
    const id = `${run}-${this.count}`;
    const inForce = policy();
    const began = now();
    // The request before this one has ended: HTTP/1.1 has one at a time.
    this.bodies.release(request.remoteAddr);
    const seen = canaries.inHead(message);
    const decision = seen.length > 0 ? refusedForCanary(seen) : this.decide(inForce, request, began);
    const agent = inForce?.policy.agent ?? '';
    const subject = { id, agent, policy: inForce?.digest.slice(0, 16) ?? '' };
    const line = requestRecord(subject, canaries.without(request, seen), decision, began, seen);
    canaries.saw(seen, id);
    const announced = decision.allowed ? (announcedLength(request.headers) ?? 0) : 0;
    const unanswered = this.needs.connections.begin(request.remoteAddr, { id, began }, announced);
    if (unanswered) this.recordEnd(unanswered.id, { end: 'unanswered' }, unanswered.began);
    const final = await this.record(inForce, decision, line, request, began);
    if (final.allowed) this.needs.connections.opens(request.remoteAddr, final.grant);
    const notes = { record: id, ...(final.rule !== undefined && { rule: final.rule }) };
    return requestAnswer(final.allowed ? undefined : refusal(inForce?.policy, id, final), notes);
  }

  /**
   * Judges a body that iron-proxy has read whole. The request itself was recorded before. Other requests are answered while a
   * large body is read.
   *
   * @throws when the message is malformed
   */
  async body(message: Buffer): Promise<Buffer> {
    const asked = readRequest(message);
    const body = asked.body ?? Buffer.alloc(0);
    const request = { ...asked, body: { length: body.length, json: await readInTurns(body) } };
    const { policy, now } = this.needs;
    const inForce = policy();
    const agent = inForce?.policy.agent ?? '';
    const open = this.needs.connections.open(request.remoteAddr);
    const grants = this.needs.grants.live(open?.grant);
    const seen = await this.needs.canaries.inBody(body);
    this.needs.canaries.saw(seen, open?.id);
    const judged = inForce ? judgeAtGate(inForce.rules, request, grants) : NO_POLICY;
    const spent =
      inForce && judged.allowed && seen.length === 0
        ? this.needs.spend.body(inForce.policy, request, judged, open?.id ?? '', now())
        : undefined;
    const decision = seen.length > 0 ? refusedForCanary(seen) : (spent?.refused ?? judged);
    if (!decision.allowed) {
      this.bodies.release(request.remoteAddr);
      this.needs.connections.end(request.remoteAddr);
      const { by, rule = null, status = 403, reason } = decision;
      for (const line of spent?.lines ?? []) this.append(line);
      const ending = { end: 'refused', by, rule, status, reason } as const;
      if (open) await this.recordEnd(open.id, ending, open.began, 'now');
      return requestAnswer(refusal(inForce?.policy, open?.id ?? '', decision), {});
    }
    const lines = [...(spent?.lines ?? [])];
    if (open && decision.notes && decision.notes.length > 0)
      lines.push(notesRecord(open.id, agent, decision.notes, now()));
    await Promise.all(lines.map((line) => this.must(line)));
    return requestAnswer(undefined, {});
  }

  /** @throws when the message is malformed */
  response(message: Buffer): Buffer {
    const { remoteAddr, status } = readResponse(message);
    this.bodies.release(remoteAddr);
    const request = this.needs.connections.end(remoteAddr);
    if (request) afterAnswer(() => this.recordEnd(request.id, { end: 'answered', status }, request.began));
    return RESPONSE_ANSWER;
  }

  /** Ends the request that got no answer on this connection, and records what the front saw of it. */
  connectionEnded(ended: FrontConnection): void {
    const { policy, now, counters, connections, canaries } = this.needs;
    const known = connections.close(ended.remoteAddr, endOf(ended) + SETTLE);
    this.bodies.release(ended.remoteAddr);
    if (known?.open) this.recordEnd(known.open.id, { end: 'unanswered' }, known.open.began);
    // Heads, TLS, and bodies in chunks, whose length nobody announces.
    const unannounced = Math.max(0, ended.in - (known?.announced ?? 0));
    counters.add('', { uploadMiB: unannounced }, now());
    canaries.saw(canaries.inName(ended.name));
    const shown = { ...ended, name: canaries.cleared(ended.name) };
    this.append(connectionRecord(policy()?.policy.agent ?? '', shown, known, unannounced, now()));
  }

  /** Takes how often the front refused since: each is a line of its own log, which no signal is raised from. */
  frontRefused(times: number): void {
    this.omitted.front += times;
  }

  /** To be called now and then. Resolved when all that it writes is on disk, or could not be written. */
  async sweep(): Promise<void> {
    const { policy, now } = this.needs;
    const spent = this.needs.spend.sweep(policy()?.policy, now());
    const written = this.needs.connections
      .endOlder(now() - UNANSWERED)
      .map(({ id, began }) => this.recordEnd(id, { end: 'unanswered' }, began));
    for (const [by, reason] of OMITTED) {
      const count = this.omitted[by];
      this.omitted[by] = 0;
      if (count > 0)
        written.push(this.append(omittedRecord(policy()?.policy.agent ?? '', count, reason, now())));
    }
    // What isn't kept now is counted from the records, and kept later.
    for (const line of await spent.catch(() => [])) written.push(this.append(line));
    await Promise.all(written);
  }

  /** Takes the grants that warden found. Each is recorded, with who granted it and why, before it opens. */
  async grant(file: GrantsFile | undefined): Promise<void> {
    const { grants, policy, now } = this.needs;
    const agent = policy()?.policy.agent ?? '';
    const unrecorded: GrantInForce[] = [];
    const { fresh, gone } = grants.compare(file);
    for (const one of gone) this.append(grantRecord(agent, one, 'closes', now()));
    for (const one of fresh) {
      const text = grantRecord(agent, one, 'opens', now());
      await this.must(text).catch(() => unrecorded.push(one));
    }
    grants.set(file, unrecorded);
  }

  recordEnd(id: string, ending: Ending, began: number, when: 'now' | 'soon' = 'soon'): Promise<void> {
    const { policy, now } = this.needs;
    return this.append(endRecord(id, policy()?.policy.agent ?? '', ending, began, now()), when);
  }

  private decide(inForce: PolicyInForce | undefined, request: AskedRequest, now: number): GateDecision {
    if (inForce === undefined) return NO_POLICY;
    const decision = judgeAtGate(inForce.rules, request, this.needs.grants.live());
    if (!decision.allowed) return decision;
    const over = this.overCap(inForce, decision, usageOf(request, decision), now);
    const refused = over ?? this.needs.spend.head(inForce.policy, request, decision, now);
    if (refused || !decision.judgesBody) return refused ?? decision;
    const { rule, risk, secret } = decision;
    return this.bodies.admit(request.remoteAddr, announcedLength(request.headers) ?? 0, now)
      ? decision
      : refusedAtGate('body', 'too many large bodies are on their way: try again in a moment', {
          rule,
          risk,
          secret,
          status: 503,
          retryAfter: 5,
        });
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
    const over = inForce && this.overCap(inForce, decision, { logMiB: bytesOnDisk(line) }, now);
    if (over) {
      this.omitted.cap += 1;
      return over;
    }
    const { counters, records } = this.needs;
    const usage = { logMiB: bytesOnDisk(line), ...(decision.allowed && usageOf(request, decision)) };
    // Before the write, so that requests at the same moment can't all pass below a cap.
    counters.add('', usage, now);
    if (decision.rule !== undefined) counters.add(decision.rule, usage, now);
    if (decision.grant !== undefined) this.needs.grants.use(decision.grant);
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

  /** @throws when the line isn't on disk */
  private must(line: string): Promise<void> {
    this.needs.counters.add('', { logMiB: bytesOnDisk(line) }, this.needs.now());
    return this.needs.records.append(line);
  }

  /** Never rejects: a failure shows in the file's `failure`. What it ends was recorded before it began. */
  private append(line: string, when: 'now' | 'soon' = 'soon'): Promise<void> {
    this.needs.counters.add('', { logMiB: bytesOnDisk(line) }, this.needs.now());
    return this.needs.records.append(line, when).catch(() => undefined);
  }
}

async function readInTurns(body: Buffer): Promise<JsonRead> {
  for (const slices = jsonInSlices(body); ; await new Promise(setImmediate)) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

const OMITTED = [
  ['cap', 'a cap on records'],
  ['front', 'the front refused them, and its own log has them'],
] as const;

const NO_POLICY = refusedAtGate('policy', 'the gate has no policy yet', { status: 503, retryAfter: 10 });

export function bytesOnDisk(record: string): number {
  return record.length + LINK_BYTES + 1;
}

function usageOf({ headers }: AskedRequest, { risk }: GateDecision) {
  return { requests: 1, actions: risk === 'medium' ? 1 : 0, uploadMiB: announcedLength(headers) ?? 0 };
}
