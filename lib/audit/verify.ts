import { fieldOf, jsonIn } from '../json';
import { digestOf, type Head, linkOf, NO_LINE, readHead } from './chain';
import { type HeadAt, headsOf } from './heads';
import { Segment } from './segment';
import type { ChainSeen, Finding, Verdict } from './verdict';
import { walk } from './walk';

/** Milliseconds in which a record must reach CloudWatch (LOG-1). */
export const LATE = 60_000;
/** Segments that are kept apart: a trail with more breaks than these isn't whole anyway. */
const MOST_SEGMENTS = 1000;
const MOST_STRANGE = 10_000;
const RECORD = /^\{"record":"([a-z]{1,20})","time":"([^"]{1,40})"/;

/** What the first line of a chain says. */
interface Start {
  readonly box: string;
  readonly why: string;
  readonly before?: Head;
}

interface Chain {
  readonly segments: Segment[];
  readonly heads: HeadAt[];
  start?: Start;
}

/** Judges whether a trail of records is whole. It sees each line once, in the order in which they came. */
export class ChainVerifier {
  private readonly chains = new Map<string, Chain>();
  /** Digests of lines without a link, and of those that a chain's first line accounts for. */
  private readonly strange: string[] = [];
  private readonly torn: string[] = [];
  private lines = 0;
  private unlinked = 0;
  private arrivals = 0;
  private dropped = 0;
  private clockBack = 0;
  private lateLines = 0;
  private latest = 0;
  private earliest = Number.POSITIVE_INFINITY;
  private earliestTime = '~';

  /** @param ingested When CloudWatch got the line, in milliseconds since the epoch. */
  line(text: string, ingested?: number): void {
    this.lines += 1;
    const link = linkOf(text);
    const [, kind, time = ''] = RECORD.exec(text) ?? [];
    if (link === undefined || kind === undefined) {
      if (this.arrivals === 0 && kind !== undefined) this.unlinked += 1;
      else if (this.strange.length < MOST_STRANGE) this.strange.push(digestOf(text));
      else this.dropped += 1;
      return;
    }
    const chain = this.chainOf(link.chain);
    const digest = digestOf(text);
    if (kind === 'chain' && link.seq === 1) this.begin(chain, text);
    let current = chain.segments.at(-1);
    if (current === undefined || current.last + 1 !== link.seq || current.tail !== link.prev) {
      if (this.arrivals >= MOST_SEGMENTS) {
        this.dropped += 1;
        return;
      }
      current = new Segment(this.arrivals++, link.seq, link.prev, time);
      chain.segments.push(current);
    } else if (time < current.lastTime) this.clockBack += 1;
    current.add(digest, time);
    this.timed(time, ingested);
  }

  head(head: Head, at: number): void {
    this.earliest = Math.min(this.earliest, at);
    const { heads } = this.chainOf(head.chain);
    const last = heads.at(-1);
    if (last?.seq !== head.seq || last.digest !== head.digest) heads.push({ ...head, at });
  }

  /** @param since Where the window begins. @default at the first line or head */
  end(now: number, since = Math.min(this.earliest, Date.parse(this.earliestTime) || now)): Verdict {
    const findings: Finding[] = [];
    const heads = { matched: 0, pending: 0, before: 0 };
    const seen: ChainSeen[] = [];
    let doubled = 0;
    let isFirst = true;
    for (const [name, chain] of this.chains) {
      const walked = walk(name, chain.segments, isFirst);
      doubled += walked.doubled;
      findings.push(...walked.findings, ...this.startOf(name, chain, seen));
      const told = headsOf(chain, isFirst, { now, since });
      findings.push(...told.findings);
      heads.matched += told.matched;
      heads.pending += told.pending;
      heads.before += told.before;
      if (walked.seen) seen.push({ ...walked.seen, box: chain.start?.box, why: chain.start?.why });
      isFirst = false;
    }
    const foreign = this.foreign();
    if (foreign > 0) findings.push({ kind: 'foreign', lines: foreign });
    if (this.lateLines > 0)
      findings.push({ kind: 'late', lines: this.lateLines, seconds: Math.round(this.latest / 1000) });
    const { lines, unlinked, clockBack } = this;
    // Without a chain or a head nothing was judged.
    const isJudged = seen.length > 0 || heads.before + heads.pending > 0;
    const whole = isJudged && findings.length === 0;
    return { whole, lines, chains: seen, findings, heads, doubled, unlinked, clockBack };
  }

  private chainOf(name: string): Chain {
    const known = this.chains.get(name);
    if (known) return known;
    const chain: Chain = { segments: [], heads: [] };
    this.chains.set(name, chain);
    return chain;
  }

  private begin(chain: Chain, text: string): void {
    const record = jsonIn(text);
    chain.start ??= {
      box: String(fieldOf(record, 'box')),
      why: String(fieldOf(record, 'why')),
      before: readHead(fieldOf(record, 'before')),
    };
    const torn = fieldOf(record, 'torn', 'digest');
    if (typeof torn === 'string') this.torn.push(torn);
  }

  private timed(time: string, ingested: number | undefined): void {
    if (time < this.earliestTime) this.earliestTime = time;
    if (ingested === undefined) return;
    const delay = ingested - Date.parse(time);
    if (!(delay > LATE)) return;
    this.lateLines += 1;
    this.latest = Math.max(this.latest, delay);
  }

  /** Whether a chain that began in the window says where the one before it ended, and whether that is so. */
  private startOf(name: string, { start, segments }: Chain, seen: readonly ChainSeen[]): Finding[] {
    const [first] = [...segments].sort((a, b) => a.first - b.first);
    if (first?.first !== 1) return [];
    if (start === undefined || first.prev !== NO_LINE)
      return [{ kind: 'changed', chain: name, from: 1, to: 1, lines: 1 }];
    const { before, box } = start;
    if (before === undefined)
      return seen.some((one) => one.box === box) ? [{ kind: 'restarted', chain: name, lines: 0 }] : [];
    const about = (kind: Finding['kind'], from: number, to: number) => [
      { kind, chain: before.chain, from, to, lines: to - from + 1 },
    ];
    const former = this.chains.get(before.chain)?.segments ?? [];
    // What its box wrote between two chains of the window belongs to the window.
    if (former.length === 0)
      return seen.some((one) => one.box === box) ? about('missing', 1, before.seq) : [];
    const last = Math.max(...former.map((segment) => segment.last));
    if (last < before.seq) return about('missing', last + 1, before.seq);
    const holder = former.find((segment) => segment.has(before.seq));
    const isSame = holder?.matches(before.seq, before.digest) ?? true;
    return last > before.seq || !isSame ? about('changed', before.seq, last) : [];
  }

  /** Lines that nothing accounts for. A torn one is told of by the chain that begins after it. */
  private foreign(): number {
    const told = [...this.torn];
    const left = this.strange.filter((digest) => {
      const at = told.indexOf(digest);
      if (at >= 0) told.splice(at, 1);
      return at < 0;
    });
    const isOld = [...this.chains.values()].some(({ start }) => start?.why === 'unlinked');
    const unexplained = isOld || this.arrivals === 0 ? 0 : this.unlinked;
    return left.length + this.dropped + unexplained;
  }
}
