import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ConsoleLine {
  /** Milliseconds since 1970, by the clock of the machine that rehearses. */
  readonly at: number;
  readonly text: string;
}

/** Lines kept: a machine that prints without end must not fill memory. */
const LIMIT = 20_000;

/** The serial console of a virtual machine; EC2 shows it as the instance's system log. */
export class Console {
  readonly lines: ConsoleLine[] = [];
  private readonly waiting = new Set<(line: ConsoleLine | undefined) => void>();
  private ended = false;

  /** @param onLine gets every line as it comes */
  constructor(stream: Readable, onLine: (line: string) => void) {
    const lines = createInterface({ input: stream });
    lines.on('line', (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a console's colours are control characters.
      const plain = text.replace(/\x1b\[[\d;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f]/g, '');
      onLine(plain);
      const line = { at: Date.now(), text: plain };
      if (this.lines.length < LIMIT) this.lines.push(line);
      for (const check of [...this.waiting]) check(line);
    });
    lines.on('close', () => {
      this.ended = true;
      for (const check of [...this.waiting]) check(undefined);
    });
  }

  /**
   * The first matching line, now or within the seconds; undefined: none came, or the machine ended.
   * @param from number of lines to skip. @default 0
   */
  until(pattern: RegExp, seconds: number, from = 0): Promise<ConsoleLine | undefined> {
    const there = this.lines.slice(from).find(({ text }) => pattern.test(text));
    if (there !== undefined || this.ended) return Promise.resolve(there);
    return new Promise((resolve) => {
      const check = (line: ConsoleLine | undefined) => {
        if (line !== undefined && !pattern.test(line.text)) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(line);
      };
      const timer = setTimeout(() => check(undefined), seconds * 1000);
      this.waiting.add(check);
    });
  }
}
