import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Arrival } from '../../plan/wire';

/** Most arrivals kept, so that a defect in an attempt can't fill memory. */
const LIMIT = 20_000;
const DECISION = 'DLAB-Z';
const TOKEN = /DLAB-[A-Z]\d\d-[0-9a-f]{8}/g;

/** HTTP/2 names the host in `:authority`, and may have a Host header, too. */
export function hostOf({ headers }: IncomingMessage): string {
  return String(headers[':authority'] ?? headers.host ?? '');
}

/** Everything that reached a host of the lab's internet; secrets in it are named by id, never by value. */
export class Arrivals {
  private readonly list: Arrival[] = [];
  private secrets: readonly (readonly [id: string, value: string])[] = [];
  private placeholders: Readonly<Record<string, string>> = {};

  /** @param placeholders what stands for a secret in a target, by its id. @default the id */
  watchFor(
    secrets: Readonly<Record<string, string>>,
    placeholders: Readonly<Record<string, string>> = {},
  ): void {
    this.secrets = Object.entries(secrets);
    this.placeholders = placeholders;
  }

  since(start: number): { readonly arrivals: readonly Arrival[]; readonly next: number } {
    return { arrivals: this.list.slice(start), next: this.list.length };
  }

  /** @returns the entry, which grows while the body arrives */
  note(request: IncomingMessage): Arrival {
    const socket = request.socket as Partial<TLSSocket> & IncomingMessage['socket'];
    const tls = socket.encrypted === true;
    const head = request.rawHeaders;
    const lines = head.flatMap((name, index) => (index % 2 === 0 ? `${name}: ${head[index + 1]}` : []));
    return this.add({
      address: socket.localAddress ?? '',
      port: socket.localPort ?? 0,
      tls,
      sni: tls ? String((socket as { servername?: unknown }).servername || '') : '',
      host: hostOf(request),
      method: request.method ?? '',
      target: request.url ?? '',
      headers: head.filter((_, index) => index % 2 === 0),
      text: [`${request.method} ${request.url}`, ...lines].join('\n'),
    });
  }

  /** Bytes that the HTTP server could not read. */
  noteBytes(bytes: Buffer | string, address: string, port: number, tls: boolean): Arrival {
    const text = bytes.toString('latin1');
    return this.add({ address, port, tls, sni: '', host: '', method: '', target: '', headers: [], text });
  }

  noteBody(arrival: Arrival, chunk: Buffer): void {
    arrival.bytes += chunk.length;
    if (arrival.bytes < 1 << 20) this.look(arrival, chunk.toString('latin1'), 'body');
  }

  /** Trailers. */
  noteTrailers(arrival: Arrival, { rawTrailers }: IncomingMessage): void {
    arrival.trailers.push(...rawTrailers.filter((_, index) => index % 2 === 0));
    this.look(arrival, rawTrailers.join('\n'), 'trailers');
  }

  private add({
    text,
    ...about
  }: Omit<Arrival, 'trailers' | 'tokens' | 'secrets' | 'bytes'> & { text: string }): Arrival {
    const target = this.secrets.reduce(
      (masked, [id, value]) => masked.replaceAll(value, () => this.placeholders[id] ?? id),
      about.target,
    );
    const arrival: Arrival = { ...about, target, trailers: [], tokens: [], secrets: [], bytes: 0 };
    this.look(arrival, text, 'head');
    if (arrival.tokens.some((token) => token.startsWith(DECISION))) arrival.raw = text;
    if (this.list.length < LIMIT) this.list.push(arrival);
    return arrival;
  }

  private look(arrival: Arrival, text: string, where: string): void {
    for (const token of text.match(TOKEN) ?? []) {
      if (!arrival.tokens.includes(token)) arrival.tokens.push(token);
    }
    for (const [id, value] of this.secrets) {
      if (text.includes(value) && !arrival.secrets.some((each) => each.id === id))
        arrival.secrets.push({ id, where });
    }
  }
}
