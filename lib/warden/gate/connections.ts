export interface OpenRequest {
  readonly id: string;
  readonly began: number;
  /** Id of the grant under which it passes. */
  readonly grant?: string;
}

/** A connection to iron-proxy, as the gate saw its requests. */
export interface Connection {
  /** How many requests it brought to the gate, refused ones too. */
  requests: number;
  readonly first: string;
  last: string;
  /** When the last one began. */
  began: number;
  /** The request that was allowed and has no answer yet. iron-proxy speaks HTTP/1.1, so there is one at a time. */
  open?: OpenRequest;
  /** Bytes of bodies that its requests announced. */
  announced: number;
}

/** Connections whose end the gate has not seen; the front allows fewer. */
const LIMIT = 10_000;

/** Connections of iron-proxy's, by `remote_addr`. */
export class Connections {
  private readonly byAddress: Map<string, Connection>;

  constructor(saved: readonly (readonly [string, number, string, string, number, number])[] = []) {
    this.byAddress = new Map(
      saved.map(([address, requests, first, last, began, announced]) => [
        address,
        { requests, first, last, began, announced },
      ]),
    );
  }

  /** Without their open requests. */
  save(): [string, number, string, string, number, number][] {
    return [...this.byAddress].map(([address, { requests, first, last, began, announced }]) => [
      address,
      requests,
      first,
      last,
      began,
      announced,
    ]);
  }

  /** @returns a request that ends without an answer, because its connection has the next one */
  begin(remoteAddr: string, { id, began }: OpenRequest, announced = 0): OpenRequest | undefined {
    const known = this.byAddress.get(remoteAddr);
    const before = known?.open;
    this.byAddress.delete(remoteAddr);
    this.byAddress.set(remoteAddr, {
      requests: (known?.requests ?? 0) + 1,
      first: known?.first ?? id,
      last: id,
      began,
      announced: (known?.announced ?? 0) + announced,
    });
    if (this.byAddress.size <= LIMIT) return before;
    const [oldest = ''] = this.byAddress.keys();
    const dropped = this.byAddress.get(oldest)?.open;
    this.byAddress.delete(oldest);
    return before ?? dropped;
  }

  /** The last request of a connection waits for its answer from now on. */
  opens(remoteAddr: string, grant?: string): void {
    const known = this.byAddress.get(remoteAddr);
    if (known) known.open = { id: known.last, began: known.began, grant };
  }

  open(remoteAddr: string): OpenRequest | undefined {
    return this.byAddress.get(remoteAddr)?.open;
  }

  end(remoteAddr: string): OpenRequest | undefined {
    const known = this.byAddress.get(remoteAddr);
    const open = known?.open;
    if (known) known.open = undefined;
    return open;
  }

  /** @param last The last moment at which it can have brought a request: a later one is of another connection. */
  close(remoteAddr: string, last: number): Connection | undefined {
    const known = this.byAddress.get(remoteAddr);
    if (known === undefined || known.began > last) return undefined;
    this.byAddress.delete(remoteAddr);
    return known;
  }

  /** Takes out the requests that began before a time. */
  endOlder(than: number): OpenRequest[] {
    const old: OpenRequest[] = [];
    for (const known of this.byAddress.values()) {
      if (known.open === undefined || known.began >= than) continue;
      old.push(known.open);
      known.open = undefined;
    }
    return old;
  }
}
