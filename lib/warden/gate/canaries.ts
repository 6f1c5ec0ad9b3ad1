import { CanaryFinder } from '../../canary/finder';
import { jsonIn, listOf } from '../../json';
import { type GateDecision, refusedAtGate } from '../../policy/gate/decision';
import { HOUR } from '../../watch/period';
import { type AskedRequest, textsOfRequest } from './messages';

/** A canary in a request. */
export interface Sighting {
  readonly canary: string;
  /** Such as `path`, or `header x-note`. */
  readonly where: string;
}

/** Bytes of a head that are searched; a request with a longer one is refused for its size. */
const HEAD_BYTES = 128 * 1024;
/** The most that a record names. */
const MOST = 20;
const NONE: readonly Sighting[] = [];

/** Made-up credentials: a request that holds one comes from somebody who searched the agent host. */
export class GateCanaries {
  private finder: CanaryFinder | undefined;
  private readonly told = new Map<string, number>();

  constructor(
    private readonly tell: (event: string, detail: Readonly<Record<string, string>>) => void,
    private readonly now: () => number,
  ) {}

  /** Takes warden's file; none without one. */
  set(text: string | undefined): void {
    const all = listOf(jsonIn(text)) as { id: string; values: string[] }[];
    this.finder = all.length === 0 ? undefined : new CanaryFinder(all);
  }

  /** Canaries in the head of a request, by a message of iron-proxy's without a body. */
  inHead(message: Buffer): readonly Sighting[] {
    const { finder } = this;
    if (finder === undefined || finder.find(message.subarray(0, HEAD_BYTES)).length === 0) return NONE;
    return textsOfRequest(message)
      .flatMap(({ where, bytes }) =>
        finder.find(bytes).map((canary) => ({ canary, where: this.isIn(where) ? 'header' : where })),
      )
      .slice(0, MOST);
  }

  /** Canaries in a judged body. Other requests are answered while a large one is searched. */
  async inBody(body: Buffer): Promise<readonly Sighting[]> {
    if (this.finder === undefined) return NONE;
    for (const slices = this.finder.findInSlices(body); ; await new Promise(setImmediate)) {
      const { done, value } = slices.next();
      if (done) return value.map((canary) => ({ canary, where: 'body' }));
    }
  }

  /** Canaries in a TLS name. */
  inName(name: string): readonly Sighting[] {
    const found = this.finder?.find(Buffer.from(name)) ?? [];
    return found.map((canary) => ({ canary, where: 'TLS name' }));
  }

  /** The request as a record may show it. */
  without(request: AskedRequest, sightings: readonly Sighting[]): AskedRequest {
    if (sightings.length === 0) return request;
    const { method, host, target } = request;
    const [path = '', ...query] = target.split('?');
    const shown = [path, query.join('?')].map((text) => this.cleared(text)).join('?');
    return {
      ...request,
      method: this.cleared(method),
      host: this.cleared(host),
      target: query.length > 0 ? shown : this.cleared(path),
    };
  }

  cleared(text: string): string {
    return this.isIn(text) ? '(a canary)' : text;
  }

  private isIn(text: string): boolean {
    return this.inName(text).length > 0;
  }

  /** Puts an event into the trail: for each canary and part of a request once an hour. @param record Of the request. */
  saw(sightings: readonly Sighting[], record?: string): void {
    const hour = Math.floor(this.now() / HOUR);
    for (const { canary, where } of sightings) {
      const key = `${canary} ${where.split(' ')[0]}`;
      if (this.told.get(key) === hour) continue;
      this.told.set(key, hour);
      this.tell('canary-seen', { canary, where, ...(record !== undefined && { record }) });
    }
  }
}

export function refusedForCanary(sightings: readonly Sighting[]): GateDecision {
  const [first] = sightings;
  return refusedAtGate('canary', `the canary ${first?.canary} is in its ${first?.where}`);
}
