import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hardwareAddress } from '../../lab/network/metadata-pages';
import { AWS } from '../../lab/network/namespace';
import { layoutOf } from '../../lab/network/namespaces';
import type { Plan } from '../../lab/network/plan';
import type { RehearsedCell } from '../../lab/rehearsal/cell';
import type { Flow } from '../../lab/rehearsal/flow';
import { attachScript, dhcpArguments, TAP } from '../../lab/rehearsal/link';
import { build, command, type Standing } from '../lab/network';
import { ENVIRONMENT, type Tools } from '../lab/requirements';
import { CACHE, type Image } from './image';
import { Machine } from './machine';

const RUN = join(CACHE, 'run');
const GIB = 1024 ** 3;

/** The lab's network with a virtual machine's place in it, and the machine's disks. */
export class Stage {
  private constructor(
    readonly standing: Standing,
    private readonly cell: RehearsedCell,
    private readonly image: Image,
    private readonly told: (line: string) => void,
  ) {}

  static async set(
    plan: Plan,
    cell: RehearsedCell,
    image: Image,
    run: string,
    tools: Tools,
    told: (line: string) => void,
  ): Promise<Stage> {
    const layout = layoutOf(plan, cell.agent);
    const namespaces = layout.namespaces.map((each) =>
      each.name === cell.agent.name
        ? { ...each, role: { name: 'agent-host', echo: false, watched: TAP } }
        : each,
    );
    rmSync(RUN, { recursive: true, force: true });
    mkdirSync(RUN, { recursive: true, mode: 0o700 });
    const standing = await build({ ...layout, namespaces }, `${run}-r`, tools);
    try {
      await standing.run(cell.agent.name, ['sh', '-c', attachScript(cell.agent)]);
      const dhcp = ['dnsmasq', ...dhcpArguments(plan, cell.agent), '--user=root'];
      spawn('ip', ['netns', 'exec', standing.full(cell.agent.name), ...dhcp], {
        env: ENVIRONMENT,
        stdio: 'ignore',
      });
      return new Stage(standing, cell, image, told);
    } catch (error) {
      await standing.takeDown();
      throw error;
    }
  }

  readonly disks = { root: join(RUN, 'root'), state: join(RUN, 'state') };

  /** A root disk as a new instance or a replaced root volume has it. */
  async freshRoot(): Promise<void> {
    rmSync(this.disks.root, { force: true });
    await command('cp', ['--sparse=always', '--reflink=auto', this.image.disk, this.disks.root]);
  }

  /** A state volume as EBS makes it: blank. */
  blankState(): void {
    rmSync(this.disks.state, { force: true });
    writeFileSync(this.disks.state, '', { mode: 0o600 });
    truncateSync(this.disks.state, this.cell.stateGiB * GIB);
  }

  /** What instance metadata hands out as user data from now on; the instance stays the same. */
  async publish(userData: string): Promise<void> {
    const machine = this.cell.agent.id;
    await this.ask(AWS, { do: 'publish', machine, pages: { 'user-data': userData } });
  }

  /** What came from the machine since this was asked last. */
  async flows(): Promise<readonly Flow[]> {
    const answer = await this.ask(this.cell.agent.name, { do: 'ledger', forget: true });
    return (answer.entries ?? []) as Flow[];
  }

  powerOn(): Promise<Machine> {
    const place = this.standing.full(this.cell.agent.name);
    const machine = {
      kernel: this.image.kernel,
      initrd: this.image.initrd,
      root: this.disks.root,
      state: this.disks.state,
      hardwareAddress: hardwareAddress(this.cell.agent.v4),
      tap: TAP,
      socket: join(RUN, 'inside'),
      memoryMiB: 2048,
      cpus: 2,
    };
    return Machine.powerOn(place, machine, this.told);
  }

  async strike(): Promise<void> {
    const end = 'ip netns pids "$0" | xargs -r kill -9';
    for (const { name } of [this.cell.agent, this.cell.proxy])
      await command('sh', ['-c', end, this.standing.full(name)]).catch(() => undefined);
    await this.standing.takeDown();
    rmSync(RUN, { recursive: true, force: true });
  }

  private async ask(namespace: string, request: object) {
    const answer = await this.standing.probers.get(namespace)?.ask(request);
    if (answer?.broken !== undefined) throw new Error(`the lab's ${namespace}: ${answer.broken}`);
    return answer ?? {};
  }
}
