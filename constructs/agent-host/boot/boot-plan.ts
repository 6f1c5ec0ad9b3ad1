import { isIPv4 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { DAYS, type Day } from '../../names';
import type { AgentUserDataProps } from '../props';
import { type RuntimePlan, runtimePlan } from '../runtimes/runtime-plan';
import { matching, refuse, within } from './setting';

/** What the boot of one agent host does. Everything is decided here; agent-files.ts turns it into text. */
export interface BootPlan {
  readonly stack: string;
  readonly agent: string;
  readonly os: AgentUserDataProps['os'];
  /** Debian's name for the release. */
  readonly codename: string;
  readonly proxyAddress: string;
  /** PEM, or a token. */
  readonly certificate: string;
  readonly stateDevice: string;
  readonly root: boolean;
  readonly limits: AgentUserDataProps['limits'];
  /** Whether the machine's journal goes to the proxy box. */
  readonly journal: boolean;
  /** Whether the agent's home is scanned for secrets every week. */
  readonly scan: boolean;
  readonly restart: { readonly day: Day; readonly hour: number };
  /** Without a slash at its end. @default no package source */
  readonly aptMirror?: string;
  readonly runtime: RuntimePlan;
}

const CODENAMES = { 'debian-13': 'trixie', 'debian-12': 'bookworm' } as const;

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
const DEVICE = /^\/dev\/[a-z][a-z0-9]{1,15}$/;
const MIRROR = /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(\/[A-Za-z0-9][A-Za-z0-9._~-]*)+$/;
const PEM = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n?$/;

/**
 * Tokens pass the checks: what CloudFormation puts in their place is AWS's own (an address, a stack name).
 *
 * @throws with the setting, its value, what is allowed
 */
export function bootPlan(props: AgentUserDataProps): BootPlan {
  const { os, root, limits, updates: { day, hour } = { day: 'sunday', hour: 4 } } = props;
  if (!Object.hasOwn(CODENAMES, os)) refuse('os', os, Object.keys(CODENAMES).join(' or '));
  if (!DAYS.includes(day)) refuse('updates.day', day, DAYS.join(', '));
  return {
    stack: name('stack', props.stack),
    agent: name('agent', props.agent),
    os,
    codename: CODENAMES[os],
    proxyAddress: address(props.proxyAddress),
    certificate: certificate(props.caCertificate),
    stateDevice: orToken('stateDevice', props.stateDevice, DEVICE, 'a device name such as /dev/sdf'),
    root,
    limits: {
      cpuPercent: within('limits.cpuPercent', limits.cpuPercent, [1, 100]),
      memoryPercent: within('limits.memoryPercent', limits.memoryPercent, [1, 100]),
    },
    journal: props.journal ?? true,
    scan: props.scan ?? false,
    restart: { day, hour: within('updates.hour', hour, [0, 23]) },
    aptMirror: props.aptMirror === undefined ? undefined : mirror(props.aptMirror),
    runtime: runtimePlan(props.runtime, props.runtimeSettings),
  };
}

function name(setting: string, value: string): string {
  return orToken(setting, value, NAME, 'letters, digits and hyphens, starting with a letter');
}

function mirror(value: string): string {
  const allowed = "an https address that ends in the archive's path, such as /debian";
  return orToken('aptMirror', value.replace(/(?<=.)\/$/, ''), MIRROR, allowed);
}

function address(value: string): string {
  return Token.isUnresolved(value) || isIPv4(value)
    ? value
    : refuse('proxyAddress', value, 'an IPv4 address');
}

/** A token needs no check: user-data.ts puts a blank before each of its lines. */
function certificate(value: string): string {
  if (Token.isUnresolved(value) || PEM.test(value)) return value;
  throw new Error(
    'caCertificate is no PEM certificate: pass the text between and including its BEGIN and END lines',
  );
}

function orToken(setting: string, value: string, pattern: RegExp, allowed: string): string {
  return Token.isUnresolved(value) ? value : matching(setting, value, pattern, allowed);
}
