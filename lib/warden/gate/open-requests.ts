export interface OpenRequest {
  readonly id: string;
  readonly began: number;
}

/** Requests that may be without an answer at once; the front allows fewer connections. */
const LIMIT = 10_000;

/**
 * Requests that the gate allowed and whose answer it hasn't seen, by the address of their connection. iron-proxy speaks
 * HTTP/1.1, so a connection has one request at a time.
 */
export class OpenRequests {
  private readonly byAddress = new Map<string, OpenRequest>();

  /** @returns a request that ends without an answer by this one's beginning */
  begin(remoteAddr: string, request: OpenRequest): OpenRequest | undefined {
    const before = this.end(remoteAddr);
    this.byAddress.set(remoteAddr, request);
    if (before !== undefined || this.byAddress.size <= LIMIT) return before;
    const [oldest] = this.byAddress.keys();
    return oldest === undefined ? undefined : this.end(oldest);
  }

  at(remoteAddr: string): OpenRequest | undefined {
    return this.byAddress.get(remoteAddr);
  }

  end(remoteAddr: string): OpenRequest | undefined {
    const found = this.byAddress.get(remoteAddr);
    this.byAddress.delete(remoteAddr);
    return found;
  }

  /** Takes out those that began before a time; they are in the order of their beginnings. */
  endOlder(than: number): OpenRequest[] {
    const old: OpenRequest[] = [];
    for (const [address, request] of this.byAddress) {
      if (request.began >= than) break;
      this.byAddress.delete(address);
      old.push(request);
    }
    return old;
  }

  get count(): number {
    return this.byAddress.size;
  }
}
