/** A machine of a cell, as EC2 describes it. */
export interface CellMachine {
  readonly id: string;
  readonly part: 'agent-host' | 'proxy-box';
  /** EC2's word: pending, running, stopping, stopped, shutting-down, terminated. */
  readonly state: string;
  readonly interfaces: readonly { readonly id: string; readonly groups: readonly string[] }[];
  readonly volumes: readonly string[];
  /** Name of the instance profile; an agent host has none (IAM-1). */
  readonly profile?: string;
}

/** What the proxy box records of a containment or a release once it runs again. */
export interface ContainmentFacts {
  readonly what: 'contained' | 'released';
  readonly by: string;
  readonly because?: string;
  /** Whether AWS confirmed the cut. */
  readonly cut?: boolean;
}

/** The machines of one agent, found by their tags: containment works on these. */
export interface Cell {
  readonly agent: string;
  readonly machines: readonly CellMachine[];
}

/**
 * The calls to AWS that containment makes. A call that AWS refuses throws. The error has a message for people, and the
 * reason `denied` when a permission is missing.
 */
export interface ControlPlane {
  readonly region: string;
  /** Cells of the stack. EC2 lists terminated machines for an hour more (EC2 user guide), so they are here too. */
  cells(): Promise<readonly Cell[]>;
  /** Id of the stack's quarantine group; undefined when there is none. */
  quarantineGroup(): Promise<string | undefined>;
  /** Ids of the groups that the stack made for one part of a cell. */
  groupsOf(agent: string, part: CellMachine['part']): Promise<readonly string[]>;
  /** @param force cut the power, so that no connection waits for the system to shut down */
  stop(machine: string, force: boolean): Promise<void>;
  start(machine: string): Promise<void>;
  setGroups(networkInterface: string, groups: readonly string[]): Promise<void>;
  /** @returns the snapshots, one for each volume of the machine */
  snapshot(
    machine: string,
    description: string,
    tags: Readonly<Record<string, string>>,
  ): Promise<readonly string[]>;
  /** @returns the states of these snapshots */
  snapshotStates(snapshots: readonly string[]): Promise<readonly string[]>;
  roleOf(profile: string): Promise<string>;
  /** Denies everything to every session of the role. */
  denySessions(role: string): Promise<void>;
  allowSessions(role: string): Promise<void>;
  isDenied(role: string): Promise<boolean>;
  /** Names of the parameters that hold grants of the agent, ended ones too. */
  grantsOf(agent: string): Promise<readonly string[]>;
  endGrant(parameter: string): Promise<void>;
  /** Publishes to the stack's alert topic. */
  tell(subject: string, message: string): Promise<void>;
  /** Writes who contained or released the agent, where its proxy box reads it. */
  recordContainment(agent: string, facts: ContainmentFacts): Promise<void>;
  /** Writes the day of a drill, YYYY-MM-DD, where `preflight` reads it. */
  recordDrill(agent: string, day: string): Promise<void>;
}

/** Time, so that a test needs none. */
export interface Clock {
  now(): Date;
  pause(milliseconds: number): Promise<void>;
}

export function machinesOf(cell: Cell, part: CellMachine['part']): readonly CellMachine[] {
  return cell.machines.filter((machine) => machine.part === part);
}

/** The cells with the machines that there is something to do about. */
export function liveCells(cells: readonly Cell[]): Cell[] {
  return cells
    .map(({ agent, machines }) => ({
      agent,
      machines: machines.filter(({ state }) => state !== 'shutting-down' && state !== 'terminated'),
    }))
    .filter(({ machines }) => machines.length > 0);
}
