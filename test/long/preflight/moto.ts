import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram, MOTO } from '../../../lab/host/requirements';

const PATH = process.env.PATH ?? '';

/** What is missing to play AWS here; a suite that is skipped must not look like one that passed, so it says so. */
export function missing(): string | undefined {
  if (findProgram('moto_server', PATH) !== undefined) return undefined;
  const why = `AWS is played by moto, and no moto_server is here: run pip install '${MOTO}'`;
  process.stderr.write(`skipped: ${why}\n`);
  return why;
}

/** AWS as moto plays it, on a free port of loopback. */
export class Moto {
  private constructor(
    readonly endpoint: string,
    private readonly child: ChildProcess,
  ) {}

  /** @throws with its last words, when it ends before it listens */
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

  /** Forgets everything, and takes whoever calls again. */
  async reset(): Promise<void> {
    await this.identities(false);
    await this.control('reset', '');
  }

  /** Whether signatures and policies of callers count, as they do on AWS. */
  async identities(count: boolean): Promise<void> {
    await this.control('reset-auth', count ? '0' : 'inf');
  }

  /**
   * A call of a service whose client the kit doesn't have.
   *
   * @returns the answer's XML
   */
  async query(service: string, version: string, action: string, parameters: object = {}): Promise<string> {
    const scope = `placeholder/20260101/us-east-1/${service}/aws4_request`;
    const answer = await fetch(this.endpoint, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
      body: new URLSearchParams({ Action: action, Version: version, ...parameters }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto's ${service}:${action}: ${text}`);
    return text;
  }

  private async control(path: string, body: string): Promise<void> {
    const answer = await fetch(`${this.endpoint}/moto-api/${path}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`moto's ${path}: ${await answer.text()}`);
  }
}
