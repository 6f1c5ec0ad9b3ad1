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
import type { Image } from './image';
import { Machine } from './machine';
import { ProxyBox } from './proxy-box';
import type { Subject } from './subject';

const GIB = 1024 ** 3;

export interface TestbedOptions extends Pick<Subject, 'plan' | 'rehearsed' | 'cell'> {
  readonly role: InternetRole;
  readonly image: Image;
  /** Part of the names of this run's namespaces. */
  readonly run: string;
  readonly tools: Tools;
  readonly node: string;
  /** This run's own directory, with room for the machine's disks. */
  readonly scratch: string;
  /** Gets every line of the machine's console. */
  readonly onLine: (line: string) => void;
}

/** The lab's network and internet with a place for a virtual machine in it, and the machine's disks. */
export class Testbed {
  /** The last one that was powered on. */
  private machine: Machine | undefined;
  /** Paths of raw disks. */
  readonly disks: { readonly root: string; readonly state: string };

  private constructor(
    readonly network: RunningNetwork,
    readonly internet: Internet,
    readonly proxyBox: ProxyBox,
    private readonly options: TestbedOptions,
  ) {
    const { scratch } = options;
    this.disks = { root: join(scratch, 'root'), state: join(scratch, 'state') };
  }

  static async build(options: TestbedOptions): Promise<Testbed> {
    const { plan, rehearsed, cell, role, run, tools, node } = options;
    const { agent, proxy } = rehearsed;
    const layout = layoutOf(plan, agent, Object.values(role.hosts));
    const namespaces = layout.namespaces.map((each) =>
      each.name === agent.name ? { ...each, role: { name: 'agent-host', echo: false, watched: TAP } } : each,
    );
    const network = await buildNetwork({ ...layout, namespaces }, `${run}-r`, tools);
    try {
      await network.run(agent.name, ['sh', '-c', attachScript(agent)]);
      const dhcp = ['dnsmasq', ...dhcpArguments(plan, agent), '--user=root'];
      spawn('ip', ['netns', 'exec', network.full(agent.name), ...dhcp], {
        env: ENVIRONMENT,
        stdio: 'ignore',
      });
      const internet = await Internet.start(network, role, node, tools.path);
      const proxyBox = new ProxyBox({
        ...{ namespace: network.full(proxy.name), address: proxy.v4, cell, node },
        ...{ resolvers: plan.namedResolvers, authority: internet.authority },
      });
      return new Testbed(network, internet, proxyBox, options);
    } catch (error) {
      await network.takeDown();
      throw error;
    }
  }

  /** PEM certificate that the agent host must trust. */
  get certificate(): string {
    return (this.internet.certificates[this.options.cell.agent] ?? '').trimEnd();
  }

  /** Replaces the root disk, as for a new instance or a replaced root volume. */
  async freshRoot(): Promise<void> {
    rmSync(this.disks.root, { force: true });
    await command('cp', ['--sparse=always', '--reflink=auto', this.options.image.disk, this.disks.root]);
  }

  /** Replaces the state volume with a blank one, as EBS creates it. */
  blankState(): void {
    rmSync(this.disks.state, { force: true });
    writeFileSync(this.disks.state, '', { mode: 0o600 });
    truncateSync(this.disks.state, this.options.rehearsed.stateGiB * GIB);
  }

  /** Sets the user data in instance metadata; the instance stays the same. */
  async publish(userData: string): Promise<void> {
    const machine = this.options.rehearsed.agent.id;
    await this.ask(AWS, { do: 'publish', machine, pages: { 'user-data': userData } });
  }

  /** Packets from the machine since the last call. */
  async flows(): Promise<readonly Flow[]> {
    const answer = await this.ask(this.options.rehearsed.agent.name, { do: 'ledger', forget: true });
    return (answer.entries ?? []) as Flow[];
  }

  async powerOn(): Promise<Machine> {
    const { image, rehearsed, scratch, onLine } = this.options;
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
    this.machine = await Machine.powerOn(this.network.full(rehearsed.agent.name), machine, onLine);
    return this.machine;
  }

  /** The last line of a kernel that panicked. */
  get panic(): string | undefined {
    return this.machine?.panic;
  }

  async takeDown(): Promise<void> {
    const { agent } = this.options.rehearsed;
    const end = 'ip netns pids "$0" | xargs -r kill -9';
    await command('sh', ['-c', end, this.network.full(agent.name)]).catch(() => undefined);
    await Promise.all([this.proxyBox.close(), this.internet.close()]);
    await this.network.takeDown();
  }

  private async ask(namespace: string, request: object) {
    const answer = await this.network.probers.get(namespace)?.ask(request);
    if (answer?.broken !== undefined) throw new Error(`the lab's ${namespace}: ${answer.broken}`);
    return answer ?? {};
  }
}
