import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, MOTO } from '../../../lab/host/requirements';

const PATH = process.env.PATH ?? '';

/** What is missing to run moto; it also prints that, because a skipped suite must not look like a passed one. */
export function missing(): string | undefined {
  if (findProgram('moto_server', PATH) !== undefined) return undefined;
  const why = `AWS is played by moto, and no moto_server is here: run pip install '${MOTO}'`;
  process.stderr.write(`skipped: ${why}\n`);
  return why;
}

/** A moto server on a free port of loopback. */
export class Moto {
  private constructor(
    readonly endpoint: string,
    private readonly pid: number,
    private readonly first: ChildProcess,
  ) {}

  /** @throws with its last output, when it ends before it listens */
  static start(): Promise<Moto> {
    const child = spawn(findProgram('moto_server', PATH) as string, ['-H', '127.0.0.1', '-p', '0'], {
      env: {
        PATH,
        HOME: process.env.HOME,
        LC_ALL: 'C',
        PYTHONPATH: join(__dirname, 'forking'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return Moto.heard(child);
  }

  private static heard(child: ChildProcess): Promise<Moto> {
    return new Promise((resolve, reject) => {
      let said = '';
      const hear = (words: Buffer) => {
        said = (said + words).slice(-4000);
        const [, endpoint, pid] = /Running on (http:\/\/127\.0\.0\.1:\d+) as (\d+)\n/.exec(said) ?? [];
        if (!endpoint) return;
        child.stderr?.off('data', hear).resume();
        child.off('error', reject).off('exit', ended);
        resolve(new Moto(endpoint, Number(pid), child));
      };
      const ended = () => reject(new Error(`moto_server ended: ${said}`));
      child.stderr?.on('data', hear);
      child.once('error', reject);
      child.once('exit', ended);
    });
  }

  /** Another server, with a copy of all that this account holds. It ends with the first one at the latest. */
  fork(): Promise<Moto> {
    const copy = Moto.heard(this.first);
    process.kill(this.pid, 'SIGUSR1');
    return copy;
  }

  close(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** Deletes everything, and accepts any credentials again. */
  async reset(): Promise<void> {
    await this.identities(false);
    await this.control('reset', '');
  }

  /** Whether moto checks signatures and policies, as AWS does. */
  async identities(count: boolean): Promise<void> {
    await this.control('reset-auth', count ? '0' : 'inf');
  }

  private async control(path: string, body: string): Promise<void> {
    const answer = await fetch(`${this.endpoint}/moto-api/${path}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`moto's ${path}: ${await answer.text()}`);
  }
}
