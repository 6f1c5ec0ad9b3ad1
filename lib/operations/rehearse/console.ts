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
  private waiting: (() => void)[] = [];

  /** @param told is given every line as it comes */
  constructor(stream: Readable, told: (line: string) => void) {
    createInterface({ input: stream }).on('line', (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a console's colours are control characters.
      const plain = text.replace(/\x1b\[[\d;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f]/g, '');
      told(plain);
      if (this.lines.length < LIMIT) this.lines.push({ at: Date.now(), text: plain });
      for (const look of this.waiting) look();
    });
  }

  /** The first line that matches, now or within so many seconds; undefined: none came. */
  until(pattern: RegExp, seconds: number): Promise<ConsoleLine | undefined> {
    const find = () => this.lines.find(({ text }) => pattern.test(text));
    return new Promise((resolve) => {
      const end = (line: ConsoleLine | undefined) => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((each) => each !== look);
        resolve(line);
      };
      const timer = setTimeout(() => end(undefined), seconds * 1000);
      const look = () => {
        const line = find();
        if (line !== undefined) end(line);
      };
      this.waiting.push(look);
      look();
    });
  }
}
