import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Role } from '../../lab/network/namespace';
import { ENVIRONMENT } from './requirements';

export interface Answer {
  readonly answered?: boolean;
  readonly saw?: string;
  readonly broken?: string;
  readonly [more: string]: unknown;
}

/** Longest that a single request may take, in milliseconds: past it the probe counts as broken. */
const PATIENCE = 20_000;

/** The program inside one namespace: it is set up and started by one command, and driven by lines of JSON. */
export class Prober {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private next = 0;
  private ended: string | undefined;
  private complaints = '';
  private whenReady: ((problem?: string) => void) | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk) => {
      this.complaints = (this.complaints + chunk).slice(0, 2_000);
    });
    child.stdin?.on('error', () => undefined);
    child.on('error', (error) => this.end(error.message));
    child.on('close', () => this.end(this.complaints.trim() || 'it ended'));
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.take(line));
  }

  /** @throws when the namespace can't be set up; the message holds the tool's own words */
  static async start(
    namespace: string,
    setup: string,
    python: string,
    program: string,
    role: Role,
  ): Promise<Prober> {
    const shell = `${setup}\nexec "$0" -I "$1"`;
    const child = spawn('ip', ['netns', 'exec', namespace, 'sh', '-c', shell, python, program], {
      env: ENVIRONMENT,
      stdio: 'pipe',
    });
    const prober = new Prober(child);
    const ready = new Promise<string | undefined>((resolve) => {
      prober.whenReady = resolve;
    });
    child.stdin?.write(`${JSON.stringify(role)}\n`);
    const problem = await ready;
    if (problem !== undefined) throw new Error(`namespace ${namespace} can't be set up: ${problem}`);
    return prober;
  }

  ask(request: object): Promise<Answer> {
    const id = this.next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ broken: `no word within ${PATIENCE / 1000} s` }), PATIENCE);
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

  /** It ends with its stdin; resolved once it has. */
  close(): Promise<void> {
    if (this.ended !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.kill('SIGKILL');
    });
  }

  private take(line: string): void {
    const message = JSON.parse(line) as Answer & { id?: number; ready?: string };
    if (message.ready !== undefined) this.whenReady?.();
    else if (message.id !== undefined) this.waiting.get(message.id)?.(message);
  }

  private end(why: string): void {
    this.ended ??= why;
    this.whenReady?.(why);
    for (const settle of [...this.waiting.values()]) settle({ broken: this.ended });
  }
}
