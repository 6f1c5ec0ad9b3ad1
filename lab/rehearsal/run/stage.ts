import { spawn } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../host/command';
import { ENVIRONMENT, type Tools } from '../../host/requirements';
import { hardwareAddress } from '../../network/plan/metadata-pages';
import { AWS } from '../../network/plan/namespace';
import { layoutOf } from '../../network/plan/namespaces';
import { buildNetwork, type RunningNetwork } from '../../network/run/network';
import type { InternetRole } from '../../proxy/plan/cells';
import { Internet } from '../../proxy/run/internet';
import type { Flow } from '../plan/flow';
import { attachScript, dhcpArguments, TAP } from '../plan/link';
import { Door } from './door';
import type { Image } from './image';
import { Machine } from './machine';
import type { Subject } from './subject';

const GIB = 1024 ** 3;

export interface StageOptions extends Pick<Subject, 'plan' | 'rehearsed' | 'cell'> {
  readonly role: InternetRole;
  readonly image: Image;
  /** Tells this run's namespaces from any other's. */
  readonly run: string;
  readonly tools: Tools;
  readonly node: string;
  /** A directory of this run's own, with room for the machine's disks. */
  readonly scratch: string;
  /** Gets every line of the machine's console. */
  readonly told: (line: string) => void;
}

/** The lab's network and internet with a virtual machine's place in it, and the machine's disks. */
export class Stage {
  /** The last that was powered on. */
  private machine: Machine | undefined;
  /** Paths of raw disks. */
  readonly disks: { readonly root: string; readonly state: string };

  private constructor(
    readonly standing: RunningNetwork,
    readonly internet: Internet,
    readonly door: Door,
    private readonly options: StageOptions,
  ) {
    const { scratch } = options;
    this.disks = { root: join(scratch, 'root'), state: join(scratch, 'state') };
  }

  static async set(options: StageOptions): Promise<Stage> {
    const { plan, rehearsed, cell, role, run, tools, node } = options;
    const { agent, proxy } = rehearsed;
    const layout = layoutOf(plan, agent, Object.values(role.hosts));
    const namespaces = layout.namespaces.map((each) =>
      each.name === agent.name ? { ...each, role: { name: 'agent-host', echo: false, watched: TAP } } : each,
    );
    const standing = await buildNetwork({ ...layout, namespaces }, `${run}-r`, tools);
    try {
      await standing.run(agent.name, ['sh', '-c', attachScript(agent)]);
      const dhcp = ['dnsmasq', ...dhcpArguments(plan, agent), '--user=root'];
      spawn('ip', ['netns', 'exec', standing.full(agent.name), ...dhcp], {
        env: ENVIRONMENT,
        stdio: 'ignore',
      });
      const internet = await Internet.start(standing, role, node, tools.path);
      const door = new Door({
        ...{ namespace: standing.full(proxy.name), address: proxy.v4, cell, node },
        ...{ resolvers: plan.namedResolvers, authority: internet.authority },
      });
      return new Stage(standing, internet, door, options);
    } catch (error) {
      await standing.takeDown();
      throw error;
    }
  }

  /** PEM of the authority that the agent host is to trust. */
  get certificate(): string {
    return (this.internet.certificates[this.options.cell.agent] ?? '').trimEnd();
  }

  /** A root disk as a new instance or a replaced root volume has it. */
  async freshRoot(): Promise<void> {
    rmSync(this.disks.root, { force: true });
    await command('cp', ['--sparse=always', '--reflink=auto', this.options.image.disk, this.disks.root]);
  }

  /** A state volume as EBS makes it: blank. */
  blankState(): void {
    rmSync(this.disks.state, { force: true });
    writeFileSync(this.disks.state, '', { mode: 0o600 });
    truncateSync(this.disks.state, this.options.rehearsed.stateGiB * GIB);
  }

  /** What instance metadata hands out as user data from now on; the instance stays the same. */
  async publish(userData: string): Promise<void> {
    const machine = this.options.rehearsed.agent.id;
    await this.ask(AWS, { do: 'publish', machine, pages: { 'user-data': userData } });
  }

  /** What came from the machine since this was asked last. */
  async flows(): Promise<readonly Flow[]> {
    const answer = await this.ask(this.options.rehearsed.agent.name, { do: 'ledger', forget: true });
    return (answer.entries ?? []) as Flow[];
  }

  async powerOn(): Promise<Machine> {
    const { image, rehearsed, scratch, told } = this.options;
    const machine = {
      kernel: image.kernel,
      initrd: image.initrd,
      root: this.disks.root,
      state: this.disks.state,
      hardwareAddress: hardwareAddress(rehearsed.agent.v4),
      tap: TAP,
      socket: join(scratch, 'inside'),
      memoryMiB: 2048,
    };
    this.machine = await Machine.powerOn(this.standing.full(rehearsed.agent.name), machine, told);
    return this.machine;
  }

  /** The last words of a kernel that panicked. */
  get panic(): string | undefined {
    return this.machine?.panic;
  }

  async strike(): Promise<void> {
    const { agent } = this.options.rehearsed;
    const end = 'ip netns pids "$0" | xargs -r kill -9';
    await command('sh', ['-c', end, this.standing.full(agent.name)]).catch(() => undefined);
    await Promise.all([this.door.close(), this.internet.close()]);
    await this.standing.takeDown();
  }

  private async ask(namespace: string, request: object) {
    const answer = await this.standing.probers.get(namespace)?.ask(request);
    if (answer?.broken !== undefined) throw new Error(`the lab's ${namespace}: ${answer.broken}`);
    return answer ?? {};
  }
}
