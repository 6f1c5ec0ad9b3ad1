import { agentUserData } from '../../../constructs/agent-host/user-data';
import type { Inspection } from '../../../lab/rehearsal/plan/inspection';

export const PROXY = '10.64.4.5';
const HELD = ['.env', 'config.yaml', 'SOUL.md'].map((name) => `/var/lib/agent/.hermes/${name}`);
export const EXPECTED = { os: 'debian-13', cpuPercent: 90, memoryPercent: 80, held: HELD };

/** User data made by the kit. */
export const USER_DATA = agentUserData({
  stack: 'airlock',
  agent: 'scout',
  os: 'debian-13',
  proxyAddress: PROXY,
  caCertificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  runtime: 'hermes',
  root: false,
  limits: { cpuPercent: EXPECTED.cpuPercent, memoryPercent: EXPECTED.memoryPercent },
  stateDevice: '/dev/sdf',
});

const GIB = 1024 ** 3;

/** A correct machine after its first boot. */
export const SOUND: Inspection = {
  boot: 'boot-1',
  instance: 'i-lab-1',
  agent: { ActiveState: 'active', Slice: 'agent.slice', Restart: 'always' },
  runsAs: { user: 'agent', uid: 2000 },
  limits: { memoryBytes: 1.6 * GIB, cpus: 1.8, tasks: 4000 },
  held: HELD,
  machine: { cpus: 2, memoryBytes: 2 * GIB },
  proxyWait: { ActiveState: 'active', ExecMainStartTimestampMonotonic: '20000000' },
  listening: [
    { protocol: 'udp', address: '127.0.0.53', port: '53', program: 'systemd-resolve' },
    { protocol: 'udp', address: '10.64.0.5', port: '68', program: 'systemd-network' },
    { protocol: 'tcp', address: '0.0.0.0', port: '22', program: 'sshd' },
    { protocol: 'tcp', address: '::', port: '22', program: 'sshd' },
  ],
  failed: [],
  resolvingSeconds: 0,
  cloud: { status: 'done', errors: [] },
  resolver: `nameserver ${PROXY}\noptions no-aaaa`,
  trusted: true,
  mount: 'ext4 rw,nosuid,nodev,relatime',
  written: ['boot-1'],
  journal: ['[ 20.1] host state[9]: airlock: made the file system of /dev/nvme1n1 vol000000000000state'],
};

export const rebuilt: Inspection = { ...SOUND, boot: 'boot-2', written: ['boot-1', 'boot-2'], journal: [] };
