import type { Cell, CellMachine, Clock, ControlPlane } from '../../lib/containment/cell';

/** Time that passes only when somebody waits. */
export class FakeClock implements Clock {
  private time = Date.parse('2026-01-02T03:04:05Z');
  now = () => new Date(this.time);
  pause = async (milliseconds: number) => {
    this.time += milliseconds;
  };
}

type Method = keyof ControlPlane;

/** An account with scout and mender. Stopping takes `stopSeconds`; what is in `refuses` AWS denies. */
export class FakeAccount implements ControlPlane {
  readonly region = 'us-east-1';
  readonly calls: string[] = [];
  readonly told: string[] = [];
  readonly refuses = new Set<Method>();
  /** Accepted, and without effect. */
  readonly ignores = new Set<Method>();
  /** Names of the parameters of grants. */
  readonly grants = new Set(['scout', 'mender'].map((agent) => `/airlock/${agent}/grants/release-delete`));
  quarantine: string | undefined = 'sg-quarantine';
  stopSeconds = 12;
  private readonly stopped = new Map<string, number>();
  private readonly denied = new Set<string>();
  private readonly machines = new Map<string, CellMachine & { readonly agent: string }>();

  constructor(private readonly clock: Clock) {
    for (const agent of ['scout', 'mender']) {
      this.add(agent, `i-${agent}-host`, 'agent-host');
      this.add(agent, `i-${agent}-box`, 'proxy-box');
    }
  }

  private add(agent: string, id: string, part: CellMachine['part']): void {
    this.machines.set(id, {
      agent,
      id,
      part,
      state: 'running',
      interfaces: [{ id: `eni-${id}`, groups: this.own(agent, part) }],
      volumes: part === 'agent-host' ? [`vol-${id}-root`, `vol-${id}-state`] : [`vol-${id}-root`],
      ...(part === 'proxy-box' && { profile: `profile-${agent}` }),
    });
  }

  remove(id: string): void {
    this.machines.delete(id);
  }

  terminate(id: string): void {
    this.change(id, { state: 'terminated', interfaces: [] });
  }

  cell(agent: string): Cell {
    return { agent, machines: [...this.machines.values()].filter((each) => each.agent === agent) };
  }

  private own(agent: string, part: CellMachine['part']): string[] {
    return part === 'agent-host' ? [`sg-${agent}-host`] : [`sg-${agent}-box`, `sg-${agent}-in`];
  }

  /** @returns whether the call has an effect */
  private called(method: Method, about = ''): boolean {
    this.calls.push(`${method} ${about}`.trim());
    if (this.refuses.has(method)) throw new Error(`AWS denied ${method}`);
    return !this.ignores.has(method);
  }

  private change(id: string, to: Partial<CellMachine>): void {
    const machine = this.machines.get(id);
    if (machine) this.machines.set(id, { ...machine, ...to });
  }

  cells = async () => {
    for (const [id, at] of this.stopped) {
      if (this.clock.now().getTime() >= at) this.change(id, { state: 'stopped' });
    }
    return ['scout', 'mender'].map((agent) => this.cell(agent)).filter(({ machines }) => machines.length > 0);
  };
  quarantineGroup = async () => this.quarantine;
  groupsOf = async (agent: string, part: CellMachine['part']) => this.own(agent, part);
  stop = async (id: string, force: boolean) => {
    if (!this.called('stop', `${id}${force ? ' by force' : ''}`)) return;
    this.change(id, { state: 'stopping' });
    this.stopped.set(id, this.clock.now().getTime() + this.stopSeconds * 1000);
  };
  start = async (id: string) => {
    if (!this.called('start', id)) return;
    this.stopped.delete(id);
    this.change(id, { state: 'running' });
  };
  setGroups = async (networkInterface: string, groups: readonly string[]) => {
    if (!this.called('setGroups', `${networkInterface} ${groups.join(' ')}`)) return;
    this.change(networkInterface.slice(4), { interfaces: [{ id: networkInterface, groups }] });
  };
  snapshot = async (id: string) => {
    this.called('snapshot', id);
    return (this.machines.get(id)?.volumes ?? []).map((volume) => `snap-${volume}`);
  };
  snapshotStates = async (snapshots: readonly string[]) => snapshots.map(() => 'pending');
  roleOf = async (profile: string) => profile.replace('profile', 'role');
  denySessions = async (role: string) => {
    if (this.called('denySessions', role)) this.denied.add(role);
  };
  allowSessions = async (role: string) => {
    if (this.called('allowSessions', role)) this.denied.delete(role);
  };
  isDenied = async (role: string) => this.denied.has(role);
  grantsOf = async (agent: string) =>
    [...this.grants].filter((name) => name.startsWith(`/airlock/${agent}/`));
  endGrant = async (name: string) => {
    if (this.called('endGrant', name)) this.grants.delete(name);
  };
  tell = async (subject: string, message: string) => {
    this.called('tell');
    this.told.push(`${subject}\n${message}`);
  };
  recordContainment = async (agent: string, facts: object) => {
    this.called('recordContainment', `${agent} ${JSON.stringify(facts)}`);
  };
  recordDrill = async (agent: string, day: string) => {
    this.called('recordDrill', `${agent} ${day}`);
  };
}
