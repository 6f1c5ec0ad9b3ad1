import type { Reply } from '../../plan/wire';

export type Secrets = readonly (readonly [id: string, value: string])[];

/** Keeps the beginning of what comes back, counts the rest, and looks for secrets in all of it. */
export class Listener {
  private kept = '';
  private overlap = '';
  private bytes = 0;
  private readonly times: number[] = [];
  private readonly leaks = new Set<string>();
  private readonly started = Date.now();

  /** @param limit bytes that are kept @param secrets values that must not come back, by id */
  constructor(
    private readonly limit: number,
    private readonly secrets: Secrets,
  ) {}

  take(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    this.bytes += chunk.length;
    if (this.times.length < 1_000) this.times.push(Date.now() - this.started);
    if (this.kept.length < this.limit) this.kept += text.slice(0, this.limit - this.kept.length);
    const window = this.overlap + text;
    this.look(window);
    this.overlap = window.slice(-256);
  }

  /** For text that was compressed. */
  look(text: string): void {
    for (const [id, value] of this.secrets) if (text.includes(value)) this.leaks.add(id);
  }

  reply(ended: string): Reply {
    const starts = [...this.kept.matchAll(/HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n/g)];
    const last = starts.at(-1);
    const rest = last === undefined ? '' : this.kept.slice(last.index);
    const end = rest.indexOf('\r\n\r\n');
    return {
      statuses: starts.map((match) => Number(match[1])),
      head: end < 0 ? rest : rest.slice(0, end),
      body: end < 0 ? (last === undefined ? this.kept : '') : rest.slice(end + 4),
      bytes: this.bytes,
      times: this.times,
      ended,
      leaks: [...this.leaks],
      took: Date.now() - this.started,
    };
  }
}
