import type { Day } from '../names';
import type { RuntimeName } from './runtimes/names';
import type { RuntimeSettings } from './runtimes/runtime';

export interface AgentUserDataProps {
  readonly stack: string;
  readonly agent: string;
  readonly os: 'debian-13' | 'debian-12';
  /** The proxy box's private IPv4 address, or the token that becomes it. */
  readonly proxyAddress: string;
  /** PEM, or the token that becomes it. Public: everything on the machine can read user data (SEC-1). */
  readonly caCertificate: string;
  /**
   * HTTPS address of a Debian archive. The kit takes its security archive from beside it, as on Debian's own hosts: for
   * `https://mirror.example.com/debian` that is `https://mirror.example.com/debian-security`.
   * @default the machine has no package source, and installs no updates
   */
  readonly aptMirror?: string;
  /** The runtime's name, as in the agent's file. */
  readonly runtime: RuntimeName;
  /** @default the runtime's own choices, hardened */
  readonly runtimeSettings?: RuntimeSettings;
  /** Whether the agent's user may become root. */
  readonly root: boolean;
  /** Share of the whole machine that the agent's unit may take, in percent, from 1 to 100. */
  readonly limits: { readonly cpuPercent: number; readonly memoryPercent: number };
  /**
   * The hour of the week, UTC, in which the machine restarts when updates ask for it.
   * @default Sunday, 4
   */
  readonly updates?: { readonly day: Day; readonly hour: number };
  /** Whether the machine sends its journal to the proxy box. @default true */
  readonly journal?: boolean;
  /** Whether the machine scans the agent's home for secrets every week. @default false */
  readonly scan?: boolean;
  /** The state volume's name in the instance's block device mapping, such as `/dev/sdf`. */
  readonly stateDevice: string;
}
