import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TelegramMessage, TelegramRequest } from '..';
import { firstLine, inNamespace } from './child';
import { REAL_TOKEN } from './settings';

const PROGRAM = join(__dirname, '..', '..', '..', 'lab', 'runtimes', 'programs', 'telegram-api.mjs');

/** The stand-in for Telegram; it knows one bot by its real token. */
export class Telegram {
  private child?: ChildProcess;
  private answered: () => void = () => undefined;
  private ended: (why: Error) => void = () => undefined;

  constructor(
    private readonly namespace: string,
    private readonly log: string,
  ) {}

  async open(port: number, certificate: string, key: string): Promise<void> {
    const sha256 = createHash('sha256').update(REAL_TOKEN).digest('hex');
    this.child = inNamespace(this.namespace, process.execPath, [
      PROGRAM,
      ...['--log', this.log, '--port', String(port), '--token-sha256', sha256],
      ...['--cert', certificate, '--key', key],
    ]);
    this.child.once('exit', () => this.ended(new Error('the stand-in for Telegram ended')));
    await firstLine(this.child, 'stdout', (line) => {
      if (line.startsWith('loaded ')) this.answered();
      return line.startsWith('listening ');
    });
  }

  /** Replaces the messages. */
  load(messages: readonly TelegramMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.ended = reject;
      this.child?.stdin?.write(`${JSON.stringify(messages)}\n`);
    });
  }

  /** Requests since the last call. */
  take(): readonly TelegramRequest[] {
    const lines = readFileSync(this.log, 'utf8').split('\n').filter(Boolean);
    writeFileSync(this.log, '');
    return lines.map((line) => JSON.parse(line));
  }

  close(): void {
    this.child?.kill('SIGKILL');
  }
}
