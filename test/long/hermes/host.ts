import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { HERMES } from '../../../constructs/agent-host/runtimes/pinned';
import { agentUserData } from '../../../constructs/agent-host/user-data';
import { Machine, settingsFor, sound } from '../../agent-host/machine';

export type Edit = readonly [from: string | RegExp, to: string];

/** SHA-256 of uv for x64: the same release as the pinned one. */
const UV_X64 = 'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19';

/** An agent host that boots with Hermes, up to the installation. */
export class Host {
  readonly machine = new Machine();

  /**
   * @param commit in place of the real pin, which the stand-in for the repository can't have
   * @param edits further changes of the shipped installation
   * @param pauses number of pauses after which the script is ended: its own loop never ends
   * @throws if a shipped file lacks the text of an edit
   */
  constructor(
    authority: string,
    private readonly environment: Readonly<Record<string, string>>,
    commit: string,
    edits: readonly Edit[] = [],
    pauses = 0,
  ) {
    const { machine } = this;
    mkdirSync(join(machine.root, 'var/lib/agent'), { recursive: true });
    for (const tool of ['chown', 'apt-get']) machine.standIn(tool);
    machine.standIn(
      'runuser',
      'HOME=$AIRLOCK_ROOT/var/lib/agent; export HOME; [ "$1 $2" = "agent -c" ] && sh -c "$3"',
    );
    machine.standIn('sleep', `[ "$(grep -c ^sleep "$AIRLOCK_ROOT/calls")" -le ${pauses} ] || kill "$PPID"`);
    const runtimeSettings = settingsFor('hermes');
    machine.boot(agentUserData(sound({ runtime: 'hermes', runtimeSettings, caCertificate: authority })));
    this.edit('/usr/lib/airlock/install', [HERMES.commit, commit]);
    if (process.arch === 'x64') this.edit('/usr/lib/airlock/install', [HERMES.uvSha256, UV_X64]);
    for (const edit of edits) this.edit('/usr/lib/airlock/install', edit);
    // There is no root directory to change here.
    const { root } = machine;
    this.edit('/etc/environment', ['/etc/ssl', `${root}/etc/ssl`]);
    this.edit('/opt/agent/run', ['/opt/agent/current', `${root}/opt/agent/current`]);
    for (const etc of ['/etc/airlock', '/etc/hermes']) this.edit('/opt/agent/run', [etc, `${root}${etc}`]);
  }

  private edit(file: string, [from, to]: Edit): void {
    const before = this.machine.read(file);
    const after = typeof from === 'string' ? before.replaceAll(from, to) : before.replace(from, to);
    if (after === before) throw new Error(`${file} has nothing like ${from}`);
    this.machine.write(file, after);
  }

  /** One start of airlock-runtime.service. `begun` gets a function that kills all its processes. */
  async start(begun?: (kill: () => void) => void): Promise<{ status: number | null; output: string }> {
    this.machine.write('/calls', '');
    return this.run(['sh', join(this.machine.root, 'usr/lib/airlock/runtime')], begun);
  }

  /** Runs the program of agent.service with these arguments. */
  async agent(...words: string[]): Promise<{ status: number | null; output: string }> {
    return this.run([
      'runuser',
      'agent',
      '-c',
      [join(this.machine.root, 'opt/agent/run'), ...words].join(' '),
    ]);
  }

  private run(
    [program = '', ...words]: readonly string[],
    begun?: (kill: () => void) => void,
  ): Promise<{ status: number | null; output: string }> {
    const { root } = this.machine;
    const PATH = `${join(root, 'stand-ins')}:${process.env.PATH}`;
    const child = spawn(program, words, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.environment, PATH, AIRLOCK_ROOT: root },
    });
    begun?.(() => process.kill(-(child.pid as number), 'SIGKILL'));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    return new Promise((ended, failed) =>
      child.on('error', failed).on('close', (status) => ended({ status, output })),
    );
  }

  /** Number of failed attempts. */
  get pauses(): number {
    return this.machine.calls('sleep').length;
  }

  get versions(): string[] {
    return readdirSync(join(this.machine.root, 'opt/agent/versions'));
  }

  /** Whether a version is installed. */
  get isInstalled(): boolean {
    return this.machine.has('/opt/agent/current');
  }

  list(directory: string): string[] {
    return readdirSync(join(this.machine.root, 'opt/agent/current', directory)).sort();
  }

  /** Links that lead out of the installation or are broken, and files that everybody may change. */
  get flaws(): string[] {
    const top = realpathSync(join(this.machine.root, 'opt/agent/current'));
    return readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(top, name);
      const { mode } = lstatSync(path);
      if (!lstatSync(path).isSymbolicLink()) return (mode & 0o002) !== 0;
      try {
        return !realpathSync(path).startsWith(`${top}/`);
      } catch {
        return true;
      }
    });
  }
}
