import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ConsoleLine {
  /** Milliseconds since 1970, by the clock of the machine that rehearses. */
  readonly at: number;
  readonly text: string;
}

/** Lines kept: a machine that talks without end is a defect, not a reason to fill memory. */
const LIMIT = 20_000;

/** What a virtual machine says on its serial console, which EC2 shows as the instance's system log. */
export class Console {
  readonly lines: ConsoleLine[] = [];
  private readonly waiting = new Set<(line: ConsoleLine | undefined) => void>();
  private ended = false;

  /** @param told is given every line as it comes */
  constructor(stream: Readable, told: (line: string) => void) {
    const lines = createInterface({ input: stream });
    lines.on('line', (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a console's colours are control characters.
      const plain = text.replace(/\x1b\[[\d;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f]/g, '');
      told(plain);
      const line = { at: Date.now(), text: plain };
      if (this.lines.length < LIMIT) this.lines.push(line);
      for (const look of [...this.waiting]) look(line);
    });
    lines.on('close', () => {
      this.ended = true;
      for (const look of [...this.waiting]) look(undefined);
    });
  }

  /**
   * The first line that matches, now or within so many seconds; undefined: none came, or the machine went away.
   * @param from how many lines to pass over. @default none
   */
  until(pattern: RegExp, seconds: number, from = 0): Promise<ConsoleLine | undefined> {
    const there = this.lines.slice(from).find(({ text }) => pattern.test(text));
    if (there !== undefined || this.ended) return Promise.resolve(there);
    return new Promise((resolve) => {
      const look = (line: ConsoleLine | undefined) => {
        if (line !== undefined && !pattern.test(line.text)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(line);
      };
      const timer = setTimeout(() => look(undefined), seconds * 1000);
      this.waiting.add(look);
    });
  }
}
