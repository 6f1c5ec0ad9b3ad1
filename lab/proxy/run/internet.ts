import { createHash } from 'node:crypto';
import { labBundle } from '../../host/files';
import { type Answer, LineProgram } from '../../host/line-program';
import type { Tools } from '../../host/requirements';
import { NET } from '../../network/plan/namespace';
import type { RunningNetwork } from '../../network/run/network';
import type { InternetRole, Serving } from '../plan/cells';
import { type InternetPlan, internetRole } from '../plan/internet-role';
import type { Arrival } from '../plan/wire';

/** A process namespace: everything that the program has started ends with it. */
export const OWN = ['unshare', '--pid', '--fork', '--kill-child'] as const;

/** The internet's role, with this machine's tools. */
export function roleOf(
  plan: Omit<InternetPlan, 'moto' | 'dnsmasq' | 'sha256'>,
  { moto, dnsmasq }: Tools,
): InternetRole {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return internetRole({ ...plan, moto, dnsmasq, sha256 });
}

/** The internet of a running network: every host of its role, AWS's endpoints included. */
export class Internet {
  private constructor(
    readonly role: InternetRole,
    private readonly program: LineProgram,
    /** PEM of the CA of its servers. */
    readonly authority: string,
    /** PEM of each cell's CA, by agent, as the kit's provider made it. */
    readonly certificates: Readonly<Record<string, string>>,
  ) {}

  /** @param path search path for what the program starts */
  static async start(
    network: RunningNetwork,
    role: InternetRole,
    node: string,
    path: string,
  ): Promise<Internet> {
    const words = [...OWN, node, labBundle('internet.cjs')];
    const { program, ready } = await LineProgram.start(network.full(NET), words, role, { PATH: path });
    const certificates = ready.certificates as Record<string, string>;
    return new Internet(role, program, String(ready.certificate), certificates);
  }

  close(): Promise<void> {
    return this.program.close();
  }

  /** What arrived from a point on, and which names were asked for. @param start what `now` returned */
  async since(start: number): Promise<{ arrivals: Arrival[]; next: number; asked: string[] }> {
    return (await this.ask({ do: 'since', start })) as unknown as Awaited<ReturnType<Internet['since']>>;
  }

  /** The point after everything that has arrived. */
  async now(): Promise<number> {
    return (await this.since(Number.MAX_SAFE_INTEGER)).next;
  }

  /** Gives a name other addresses. */
  async point(name: string, addresses: readonly string[]): Promise<void> {
    await this.ask({ do: 'point', name, addresses });
  }

  /** Whether AWS's endpoints answer. */
  async aws(up: boolean): Promise<void> {
    await this.ask({ do: 'aws', up });
  }

  /** How a host answers for its files from now on. */
  async serve(host: string, how: Serving): Promise<void> {
    await this.ask({ do: 'serve', host, how });
  }

  /** Writes a plain parameter. */
  async put(name: string, value: string): Promise<void> {
    await this.ask({ do: 'put', name, value });
  }

  private async ask(request: object): Promise<Answer> {
    const answer = await this.program.ask(request);
    if (answer.broken !== undefined) throw new Error(`the lab's internet: ${answer.broken}`);
    return answer;
  }
}
