import { type ChildProcess, spawn } from 'node:child_process';
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
    private readonly child: ChildProcess,
  ) {}

  /** @throws with its last output, when it ends before it listens */
  static start(): Promise<Moto> {
    const child = spawn(findProgram('moto_server', PATH) as string, ['-H', '127.0.0.1', '-p', '0'], {
      env: { PATH, HOME: process.env.HOME, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new Promise((resolve, reject) => {
      let said = '';
      const hear = (words: Buffer) => {
        said = (said + words).slice(-4000);
        const [, endpoint] = /Running on (http:\/\/127\.0\.0\.1:\d+)\s/.exec(said) ?? [];
        if (endpoint) resolve(new Moto(endpoint, child));
      };
      child.stderr.on('data', hear);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`moto_server ended: ${said}`)));
    });
  }

  close(): void {
    this.child.kill('SIGKILL');
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
