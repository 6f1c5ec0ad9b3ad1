import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ENVIRONMENT } from './requirements';

export interface Answer {
  readonly broken?: string;
  readonly [more: string]: unknown;
}

/** Milliseconds that a request may take. */
const PATIENCE = 20_000;

/** A program in a namespace: it answers each line of JSON with a line of JSON, and ends when its stdin closes. */
export class LineProgram {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private next = 0;
  private ended: string | undefined;
  private complaints = '';
  private whenReady: ((result: Answer | string) => void) | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk) => {
      this.complaints = (this.complaints + chunk).slice(-2_000);
    });
    child.stdin?.on('error', () => undefined);
    child.on('error', (error) => this.end(error.message));
    child.on('close', () => this.end(this.complaints.trim() || 'it ended'));
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.take(line));
  }

  /**
   * @param role the first line it reads
   * @throws when it can't start, with the program's own words
   */
  static async start(
    namespace: string,
    words: readonly string[],
    role: object,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly program: LineProgram; readonly ready: Answer }> {
    const child = spawn('ip', ['netns', 'exec', namespace, ...words], {
      env: { ...ENVIRONMENT, ...environment },
      stdio: 'pipe',
    });
    const program = new LineProgram(child);
    const ready = new Promise<Answer | string>((resolve) => {
      program.whenReady = resolve;
    });
    child.stdin?.write(`${JSON.stringify(role)}\n`);
    const said = await ready;
    if (typeof said === 'string') throw new Error(`namespace ${namespace} can't be set up: ${said}`);
    return { program, ready: said };
  }

  /** @param patience milliseconds after which the answer counts as broken */
  ask(request: object, patience = PATIENCE): Promise<Answer> {
    const id = this.next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ broken: `no word within ${patience / 1000} s` }), patience);
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer);
      };
      if (this.ended !== undefined) return settle({ broken: this.ended });
      this.waiting.set(id, settle);
      this.child.stdin?.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  /** Resolved once it has ended. */
  close(): Promise<void> {
    if (this.ended !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.kill('SIGKILL');
    });
  }

  private take(line: string): void {
    const message = JSON.parse(line) as Answer & { id?: number; ready?: unknown };
    if (message.ready !== undefined) this.whenReady?.(message);
    else if (message.id !== undefined) this.waiting.get(message.id)?.(message);
  }

  private end(why: string): void {
    this.ended ??= why;
    this.whenReady?.(why);
    for (const settle of [...this.waiting.values()]) settle({ broken: this.ended });
  }
}
