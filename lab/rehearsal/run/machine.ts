import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { ENVIRONMENT } from '../../host/requirements';
import { qemuArguments, type VirtualMachine } from '../plan/qemu';
import { Console } from './console';
import { Guest } from './guest';

/** Longest wait for a power-on, a shutdown or a unit, in seconds: plain emulation on a busy machine. */
export const LONGEST_WAIT = 600;

/** The machine is ended when its kernel panics. */
const PANIC = /Kernel panic - not syncing/;
/** Longest run of a machine, in seconds. */
const LIFETIME = 24 * 3600;

/** A running virtual machine, from power-on to the end of its process. */
export class Machine {
  readonly console: Console;
  /** Milliseconds since 1970. */
  readonly poweredOn = Date.now();
  /** The kernel's last line if it panicked; the machine was ended then. */
  panic: string | undefined;
  private readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    readonly guest: Guest,
    console: Console,
    ended: Promise<void>,
  ) {
    this.console = console;
    this.ended = ended;
    void console.until(PANIC, LIFETIME).then((line) => {
      this.panic = line?.text;
      if (line !== undefined) void this.cut();
    });
  }

  /** @throws with qemu's error output if it doesn't start */
  static async powerOn(
    namespace: string,
    machine: VirtualMachine,
    onLine: (line: string) => void,
  ): Promise<Machine> {
    rmSync(machine.socket, { force: true });
    const words = ['netns', 'exec', namespace, 'qemu-system-x86_64', ...qemuArguments(machine)];
    const child = spawn('ip', words, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr?.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(0, 2_000);
    });
    const ended = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      child.once('error', (error) => {
        complaints += error.message;
        resolve();
      });
    });
    const console = new Console(child.stdout as NonNullable<typeof child.stdout>, onLine);
    const gone = ended.then(() => 'gone' as const);
    while (!existsSync(machine.socket)) {
      const pause = new Promise((resolve) => setTimeout(resolve, 20));
      if ((await Promise.race([gone, pause])) === 'gone')
        throw new Error(`the virtual machine did not start: ${complaints.trim() || 'qemu ended'}`);
    }
    return new Machine(child, await Guest.connect(machine.socket), console, ended);
  }

  /** Shuts down from inside, as EC2's stop does; false: not within the time, so it was ended. */
  async powerOff(): Promise<boolean> {
    void this.guest.run('systemctl poweroff', 5);
    const late = new Promise<false>((resolve) => {
      const timer = setTimeout(() => resolve(false), LONGEST_WAIT * 1000);
      void this.ended.then(() => clearTimeout(timer));
    });
    const clean = await Promise.race([this.ended.then(() => true as const), late]);
    if (!clean) await this.cut();
    return clean;
  }

  /** Ends the machine at once, like a power failure. */
  async cut(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
