import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RUNTIMES, type RuntimeName, type RuntimeSettings } from '../../constructs/agent-host/runtimes';
import { type AgentUserDataProps, agentUserData } from '../../constructs/agent-host/user-data';

/** A stand-in for the agent host: a directory as its root, and scripts in place of what only a real one could do. */
export class Machine {
  readonly root = mkdtempSync(join(tmpdir(), 'agent-host-'));
  private readonly bin = join(this.root, 'stand-ins');

  constructor(private readonly os: AgentUserDataProps['os'] = 'debian-13') {
    this.renew();
  }

  /** A new machine in the place of the one before. */
  renew(): void {
    this.remove();
    mkdirSync(this.bin, { recursive: true });
    this.write('/dev/kmsg', '');
    this.write('/calls', '');
    const [id, version] = this.os.split('-');
    this.write('/etc/os-release', `ID=${id}\nVERSION_ID="${version}"\n`);
    this.write('/etc/ssl/certs/ca-certificates.crt', '');
    for (const tool of ['systemctl', 'sysctl', 'useradd']) this.standIn(tool);
    this.standIn('id', 'exit 1');
    this.standIn('getconf', 'echo 4');
    this.standIn(
      'update-ca-certificates',
      'cat "$AIRLOCK_ROOT"/usr/local/share/ca-certificates/*.crt >"$AIRLOCK_ROOT/etc/ssl/certs/ca-certificates.crt"',
    );
  }

  /** A program of that name which notes how it was called, then runs `body`. */
  standIn(tool: string, body = ''): void {
    const text = `#!/bin/sh\necho "${tool} $*" >>"$AIRLOCK_ROOT/calls"\n${body}\n`;
    writeFileSync(join(this.bin, tool), text, { mode: 0o755 });
  }

  /** Where a path of the machine is on this one. */
  at(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(this.at(path));
  }

  calls(tool: string): string[] {
    return this.read('/calls')
      .split('\n')
      .filter((line) => line.startsWith(`${tool} `));
  }

  /** One boot: what cloud-init does with a boothook, besides finding it. */
  boot(userData: string, shell = 'sh'): { status: number | null; console: string } {
    this.write('/calls', '');
    this.write('/dev/kmsg', '');
    const { status } = this.run([shell, '-s'], userData);
    return { status, console: this.read('/dev/kmsg') };
  }

  /** A boot with a sound configuration, but for these changes. */
  configure(changes: Partial<AgentUserDataProps> = {}): { status: number | null; console: string } {
    return this.boot(agentUserData(sound(changes)));
  }

  run(command: readonly string[], input = ''): { status: number | null; output: string } {
    const done = spawnSync(command[0] as string, command.slice(1), {
      input,
      encoding: 'utf8',
      env: { PATH: `${this.bin}:${process.env.PATH}:/usr/sbin:/sbin`, AIRLOCK_ROOT: this.root },
    });
    return { status: done.status, output: done.stdout + done.stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A new machine for each test of a file. */
export function useMachine(): Machine {
  const machine = new Machine();
  beforeEach(() => machine.renew());
  afterAll(() => machine.remove());
  return machine;
}

/** One machine for all tests of a file, which has booted once. */
export function useConfiguredMachine(): Machine {
  const machine = new Machine();
  beforeAll(() => {
    machine.configure();
  });
  afterAll(() => machine.remove());
  return machine;
}

let pem: string | undefined;

/** A self-signed certificate like the one the secrets provider makes; its key is thrown away. */
export function authority(): string {
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=scout -days 30';
  pem ??= execFileSync('openssl', words.split(' '), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return pem;
}

/** Settings that a runtime works with. */
export function settingsFor(runtime: RuntimeName): RuntimeSettings {
  const [preset = ''] = Object.keys(RUNTIMES[runtime].providers);
  return {
    provider: { preset, region: 'us-east-1' },
    npmMirror: 'https://npm.example.com',
    pypiMirror: 'https://pypi.example.com',
    ...(runtime === 'custom' && { custom: { command: '/opt/agent/current/bin/agent', install: 'true' } }),
  };
}

export function sound(changes: Partial<AgentUserDataProps> = {}): AgentUserDataProps {
  return {
    stack: 'airlock',
    agent: 'scout',
    os: 'debian-13',
    proxyAddress: '10.64.4.7',
    caCertificate: authority(),
    aptMirror: 'https://mirror.example.com/debian',
    runtime: 'hermes',
    root: true,
    limits: { cpuPercent: 80, memoryPercent: 75 },
    stateDevice: '/dev/sdf',
    ...changes,
  };
}

/** `test`, or a skipped test that says which tool it would need. */
export function testWith(tool: string): (name: string, body: () => void, timeout?: number) => void {
  const found =
    spawnSync('sh', ['-c', `command -v ${tool}`], { env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } })
      .status === 0;
  return (name, body, timeout) =>
    found ? test(name, body, timeout) : test.skip(`${name} (no ${tool} here)`, body);
}
