import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** The machine ended or took too long. */
const SILENT = 'no answer from inside';

/** Connection to the rehearsal's program inside a virtual machine (lab/rehearsal/programs/guest.py), past the network. */
export class Guest {
  private readonly pending = new Map<number, (answer: Answer) => void>();
  private next = 1;
  /** Boot ids, in the order in which they reported. */
  private readonly boots: string[] = [];
  private waiting: (() => void)[] = [];

  private constructor(private readonly socket: Socket) {
    createInterface({ input: socket }).on('line', (line) => this.take(line));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const settle of [...this.pending.values()]) settle({ code: -1, out: '', errors: SILENT });
      for (const check of [...this.waiting]) check();
    });
  }

  /** Connects to qemu's end of the port; the program inside may start later. */
  static connect(path: string): Promise<Guest> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Guest(socket)));
    });
  }

  /** Id of the boot after the first `after` boots, once its program reports; undefined: not within the time. */
  booted(after: number, seconds: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(), seconds * 1000);
      const check = () => {
        if (this.boots.length > after || this.socket.destroyed) end();
      };
      const end = () => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((each) => each !== check);
        resolve(this.boots[after]);
      };
      this.waiting.push(check);
      check();
    });
  }

  get bootCount(): number {
    return this.boots.length;
  }

  /** Runs a command as root inside. Never throws: the answer holds the error. */
  run(command: string, seconds = 60): Promise<Answer> {
    const id = this.next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ code: -1, out: '', errors: SILENT }), (seconds + 15) * 1000);
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        this.pending.delete(id);
        resolve(answer);
      };
      this.pending.set(id, settle);
      if (this.socket.destroyed) return settle({ code: -1, out: '', errors: SILENT });
      this.socket.write(`${JSON.stringify({ id, run: command, seconds })}\n`);
    });
  }

  private take(line: string): void {
    let message: Partial<Answer> & { id?: number; ready?: string };
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    if (message.ready !== undefined) {
      if (this.boots.at(-1) !== message.ready) this.boots.push(message.ready);
      for (const check of [...this.waiting]) check();
    } else if (message.id !== undefined) {
      this.pending.get(message.id)?.({
        code: message.code ?? -1,
        out: message.out ?? '',
        errors: message.errors ?? '',
      });
    }
  }
}
