import { basename, dirname } from 'node:path';
import type { Box } from '../../../lib/warden/box';
import {
  AwsError,
  type Command,
  type Host,
  type Outcome,
  type ParameterVersion,
} from '../../../lib/warden/host';
import type { Slot } from '../../../lib/warden/paths';
import { pathsUnder } from '../../../lib/warden/paths';
import { type Authority, makeAuthority } from './authority';
import { bundleText, PREFIX, READ_PARAMETER, sha256, WRITE_PARAMETER } from './policy';

export const SELF = sha256('warden one');
export const BOX: Box = {
  stack: 'airlock',
  agent: 'scout',
  parameter: `${PREFIX}box`,
  region: 'us-east-1',
  address: '10.64.1.10',
  warden: SELF,
};
export const RELEASE = {
  version: '0.50.0',
  url: 'https://downloads.example.com/iron-proxy.tar.gz',
  sha256: sha256('release'),
};
export const NEXT_RELEASE = {
  version: '0.51.0',
  url: 'https://downloads.example.com/next.tar.gz',
  sha256: sha256('next'),
};

/** What a deployment writes into the box parameter for a policy whose parts are in these parameters. */
export function boxManifest(text: string, parameters: readonly string[], overrides: object): string {
  return JSON.stringify({
    format: 1,
    stack: 'airlock',
    agent: 'scout',
    policy: { parameters, sha256: sha256(text) },
    ca: { certificateParameter: `${PREFIX}ca/certificate`, keyParameter: `${PREFIX}ca/private-key` },
    warden: { bucket: 'assets', key: 'warden.cjs', sha256: SELF },
    ironProxy: RELEASE,
    ...overrides,
  });
}

/** Thrown in the middle of an effect: the box lost power, or warden was killed. */
export class Cut extends Error {}

interface Process {
  readonly text: string;
  readonly binary: string;
  readonly certificate: string;
  /** What it injects for each parameter: read at its first use after a start, and cached. */
  readonly cached: Map<string, string>;
}

/**
 * A proxy box in memory: files, Systems Manager, S3, systemd and iron-proxy as far as warden can see them. After
 * every effect `watch` is called; `cutAfter` ends the run in the middle.
 */
export class FakeBox implements Host {
  readonly paths = pathsUnder('');
  readonly files = new Map<string, string>();
  readonly links = new Map<string, string>();
  readonly modes = new Map<string, { mode: number; group?: string }>();
  readonly log: string[] = [];
  readonly commands: string[] = [];
  readonly parameters = new Map<string, { value: string; version: number; modified?: number }>();
  /** By name and version. */
  readonly authors = new Map<string, string>();
  readonly histories = new Map<string, readonly ParameterVersion[]>();
  readonly objects = new Map<string, string>();
  readonly asked: { names: readonly string[]; withDecryption: boolean }[] = [];
  clock = Date.parse('2026-11-20T12:00:00Z');
  ticks = 1_000_000;
  /** AWS's clock is this far ahead of the box's. */
  skew = 0;
  awsFault: string | undefined;
  freeBytes = 4 * 1024 ** 3;
  auditAllocated = 0;
  auditLength = 0;
  /** iron-proxy in each slot. */
  readonly processes = new Map<Slot, Process>();
  /** Ports of the box with open connections on them. */
  connections: readonly number[] = [];
  /** What iron-proxy says about a text it won't take. */
  refuses: (text: string, binary: string) => string | undefined = () => undefined;
  /** Units besides iron-proxy's that run. */
  readonly units = new Set<string>();
  /** An iron-proxy that answers nobody. */
  deaf: Process | undefined;
  gateRuns = false;
  gateBroken = false;
  gateFailure: string | undefined;
  /** What the gate wants reserved. */
  gateReserve: unknown;
  /** The answers to writes of parameters get lost. */
  losesAnswers = false;
  cutAfter = Number.POSITIVE_INFINITY;
  watch: () => void = () => undefined;
  private effects = 0;
  private serial = 0;

  static async make(): Promise<FakeBox> {
    authority ??= await makeAuthority('one');
    const box = new FakeBox();
    box.parameters.set(READ_PARAMETER, { value: 'ciphertext', version: 2 });
    box.parameters.set(WRITE_PARAMETER, { value: 'ciphertext', version: 2 });
    box.authority(authority);
    box.deploy(bundleText());
    box.objects.set(RELEASE.url, 'release');
    box.objects.set(NEXT_RELEASE.url, 'next');
    return box;
  }

  /** What `cdk deploy` would leave in the parameters. */
  deploy(text: string, overrides: Record<string, unknown> = {}): void {
    const half = Math.ceil(text.length / 2);
    this.put(`${PREFIX}policy/1`, text.slice(0, half));
    this.put(`${PREFIX}policy/2`, text.slice(half));
    const names = [`${PREFIX}policy/1`, `${PREFIX}policy/2`];
    this.put(BOX.parameter, boxManifest(text, names, overrides));
  }

  authority({ certificate, key }: Authority): void {
    this.put(`${PREFIX}ca/certificate`, certificate);
    this.put(`${PREFIX}ca/private-key`, key);
  }

  put(name: string, value: string): void {
    this.parameters.set(name, { value, version: (this.parameters.get(name)?.version ?? 0) + 1 });
  }

  /** The value that the next request of the agent carries. */
  injected(name: string): string | undefined {
    const cached = this.process?.cached;
    if (cached && !cached.has(name)) cached.set(name, this.parameters.get(name)?.value ?? '');
    return cached?.get(name);
  }

  /** A new warden on the same box: nothing in memory, `/run` as it was. */
  resume(): void {
    this.effects = 0;
    this.cutAfter = Number.POSITIVE_INFINITY;
  }

  /** The slot in force. */
  get slot(): Slot {
    return this.files.get(this.paths.slot)?.trim() === 'b' ? 'b' : 'a';
  }

  /** The iron-proxy to which the front leads. */
  get process(): Process | undefined {
    return this.processes.get(this.slot);
  }

  /** The policy file of the slot in force. */
  get policy(): string | undefined {
    return this.files.get(this.paths.policies[this.slot]);
  }

  reboot(): void {
    this.resume();
    this.processes.clear();
    this.gateRuns = false;
    for (const path of [...this.files.keys()]) if (path.startsWith('/run/')) this.files.delete(path);
  }

  private effect<T>(act: () => T): T {
    this.effects += 1;
    if (this.effects > this.cutAfter) throw new Cut();
    const result = act();
    this.watch();
    return result;
  }

  now = () => this.clock;
  monotonic = () => this.ticks;
  async sleep(milliseconds: number) {
    this.clock += milliseconds;
    this.ticks += milliseconds;
  }
  async read(path: string) {
    if (path === this.paths.gateState) return this.gateState();
    if (path === this.paths.tcp) return tcpTable(this.connections);
    if (this.links.has(path)) throw new Error('ELOOP');
    return this.files.get(this.real(path));
  }
  async write(path: string, text: string, options: { mode: number; group?: string }) {
    this.effect(() => {
      this.files.set(path, text);
      this.modes.set(path, options);
    });
  }
  async append(_path: string, line: string) {
    this.log.push(line);
  }
  async remove(path: string) {
    this.effect(() => {
      for (const name of [...this.files.keys(), ...this.links.keys()]) {
        if (name !== path && !name.startsWith(`${path}/`)) continue;
        this.files.delete(name);
        this.links.delete(name);
      }
    });
  }
  async readLink(path: string) {
    return this.links.get(path);
  }
  async link(path: string, target: string) {
    this.effect(() => this.links.set(path, target));
  }
  async scratch(parent: string) {
    this.serial += 1;
    return `${parent}/.new-${this.serial}`;
  }
  async place(from: string, to: string) {
    this.effect(() => {
      for (const [name, text] of [...this.files]) {
        if (name.startsWith(`${to}/`)) this.files.delete(name);
        if (!name.startsWith(`${from}/`)) continue;
        this.files.delete(name);
        this.files.set(name.replace(from, to), text);
      }
    });
  }
  async list(path: string) {
    const names = [...this.files.keys(), ...this.links.keys()].filter((name) => name.startsWith(`${path}/`));
    return [...new Set(names.map((name) => name.slice(path.length + 1).split('/')[0] as string))];
  }
  async size(path: string) {
    if (path === this.paths.records) {
      return { length: this.auditLength, allocated: this.auditAllocated, modified: 0 };
    }
    const text = this.files.get(path);
    return text === undefined
      ? undefined
      : { length: text.length, allocated: text.length, modified: [...this.files.keys()].indexOf(path) };
  }
  async tail() {
    return `{"msg":"x"}\nerror: ${this.said ?? ''}\n`;
  }
  async slice(path: string, from: number, bytes: number) {
    return Buffer.from(this.files.get(path) ?? '').subarray(from, from + bytes);
  }
  async space() {
    return { freeBytes: this.freeBytes, freeFiles: 100_000 };
  }
  async request({ port }: { port: number }) {
    const slot = ({ 9090: 'a', 9091: 'b' } as const)[port];
    const process = slot && this.processes.get(slot);
    return { status: process === undefined || process === this.deaf ? 0 : 200, body: '' };
  }
  async putObject(bucket: string, key: string, body: Buffer) {
    if (this.awsFault !== undefined) throw new AwsError('PutObject', this.awsFault);
    this.objects.set(`${bucket}/${key}`, body.toString('base64'));
  }
  async getParameters(names: readonly string[], withDecryption: boolean) {
    this.asked.push({ names, withDecryption });
    if (this.awsFault !== undefined) throw new AwsError('GetParameters', this.awsFault);
    const found = names.filter((name) => this.parameters.has(name));
    return {
      parameters: found.map((name) => ({
        name,
        ...(this.parameters.get(name) as { value: string; version: number; modified?: number }),
      })),
      missing: names.filter((name) => !this.parameters.has(name)),
      date: Math.floor((this.clock + this.skew) / 1000) * 1000,
    };
  }
  async parameterHistory(name: string): Promise<readonly ParameterVersion[]> {
    if (this.awsFault !== undefined) throw new AwsError('GetParameterHistory', this.awsFault);
    const history = this.histories.get(name);
    const { value = '', version = 0, modified } = this.parameters.get(name) ?? {};
    if (history === undefined && version === 0)
      throw new AwsError('GetParameterHistory', 'ParameterNotFound');
    return history ?? [{ value, version, modified, author: this.authors.get(`${name} ${version}`) }];
  }
  async putParameter(name: string, value: string): Promise<void> {
    if (this.awsFault !== undefined) throw new AwsError('PutParameter', this.awsFault);
    this.put(name, value);
    if (this.losesAnswers) throw new AwsError('PutParameter', 'TimeoutError');
  }
  async getObject(bucket: string, key: string, file: string) {
    const found = this.objects.get(`s3://${bucket}/${key}`);
    if (found === undefined) throw new AwsError('GetObject', 'AccessDenied');
    this.effect(() => this.files.set(file, found));
  }
  async download(url: string, file: string) {
    const found = this.objects.get(url);
    if (found === undefined) throw new Error(`${new URL(url).hostname}: ECONNREFUSED`);
    this.effect(() => this.files.set(file, found));
  }
  async sha256(file: string) {
    const text = this.files.get(this.real(file));
    if (text === undefined) throw new Error('ENOENT');
    return sha256(text);
  }

  async run(command: Command): Promise<Outcome> {
    const line = [command.file, ...command.arguments].join(' ');
    this.commands.push(line);
    if (command.file === 'systemctl') return this.systemctl(command.arguments);
    if (command.file === 'tar') {
      this.effect(() =>
        this.files.set(
          `${command.arguments[3]}/iron-proxy`,
          `binary of ${this.files.get(command.arguments[1] as string)}`,
        ),
      );
    }
    if (basename(command.file) === 'iron-proxy') {
      const version = this.files.get(command.file) === 'binary of next' ? '0.51.0' : '0.50.0';
      return { status: 0, output: `${version}\n` };
    }
    return { status: 0, output: '' };
  }

  private said: string | undefined;

  /** The sign of life of a gate that reads its policy at once. */
  private gateState(): string | undefined {
    const policy = this.files.get(this.paths.gatePolicy);
    if (!this.gateRuns) return undefined;
    const warden = this.links.get(this.paths.wardenCurrent) ?? SELF;
    const failure = this.gateFailure;
    const reserve = this.gateReserve;
    return JSON.stringify({ time: this.clock, warden, policy: policy && sha256(policy), reserve, failure });
  }

  private systemctl([verb, ...words]: readonly string[]): Outcome {
    if (words.at(-1) === 'airlock-gate.service') {
      if (verb === 'restart') this.gateRuns = !this.gateBroken;
      return { status: this.gateRuns ? 0 : 3, output: '' };
    }
    const slot = /^iron-proxy@([ab])\.service$/.exec(words.at(-1) ?? '')?.[1] as Slot | undefined;
    if (slot === undefined) return this.otherUnit(verb, words.at(-1) ?? '');
    if (verb === 'is-active') return { status: this.processes.has(slot) ? 0 : 3, output: '' };
    if (verb === 'stop') this.effect(() => this.processes.delete(slot));
    if (verb === 'restart') this.effect(() => this.start(slot));
    return { status: 0, output: '' };
  }

  private otherUnit(verb: string | undefined, unit: string): Outcome {
    if (verb === 'is-active') return { status: this.units.has(unit) ? 0 : 3, output: '' };
    if (verb === 'stop') this.units.delete(unit);
    else this.units.add(unit);
    return { status: 0, output: '' };
  }

  private start(slot: Slot): void {
    this.processes.delete(slot);
    const { policies, certificate, key, environment, ironProxyCurrent } = this.paths;
    const binary = this.links.get(ironProxyCurrent);
    const needed = [
      policies[slot],
      certificate,
      key,
      environment,
      `${dirname(ironProxyCurrent)}/${binary}/iron-proxy`,
    ];
    if (needed.some((path) => !this.files.has(path)) || binary === undefined) return;
    const text = this.files.get(policies[slot]) as string;
    this.said = this.refuses(text, binary);
    if (this.said === undefined)
      this.processes.set(slot, {
        text,
        binary,
        certificate: this.files.get(certificate) as string,
        cached: new Map(),
      });
  }

  private real(path: string): string {
    const current = this.links.get(dirname(path));
    return current === undefined ? path : `${dirname(dirname(path))}/${current}/${basename(path)}`;
  }
}

/** /proc/net/tcp with a listener on slot a's port and these connections. */
function tcpTable(ports: readonly number[]): string {
  const line = (port: number, state: string) =>
    `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 0100007F:D0F0 ${state} 00000000:00000000`;
  return [
    '  sl  local_address rem_address   st',
    line(8443, '0A'),
    ...ports.map((port) => line(port, '01')),
  ].join('\n');
}

let authority: Authority | undefined;
