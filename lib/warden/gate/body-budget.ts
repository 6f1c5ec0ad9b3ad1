/** iron-proxy holds each judged body whole, and a copy while it asks: twice this must fit into its memory. */
const LIMIT = 64 * 1024 * 1024;
/**
 * Milliseconds after which a body counts no more whose end nobody saw. The end of its connection stands in the front's log, and
 * until then a client may send slowly: iron-proxy holds all that came.
 */
const FORGOTTEN = 3_600_000;

interface Held {
  readonly bytes: number;
  readonly since: number;
}

/** Bodies that iron-proxy may be holding, by the address of their connection. */
export class BodyBudget {
  private readonly held = new Map<string, Held>();

  /** Whether there is room for a body; if so, it counts from now on. */
  admit(remoteAddr: string, bytes: number, now: number): boolean {
    this.release(remoteAddr);
    let sum = bytes;
    for (const [address, { bytes: size, since }] of this.held) {
      if (since < now - FORGOTTEN) this.held.delete(address);
      else sum += size;
    }
    if (sum > LIMIT) return false;
    this.held.set(remoteAddr, { bytes, since: now });
    return true;
  }

  release(remoteAddr: string): void {
    this.held.delete(remoteAddr);
  }
}
