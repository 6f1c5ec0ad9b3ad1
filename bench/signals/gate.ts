import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeCanaries } from '../../lib/canary/credentials';
import type { SignalId } from '../../lib/config/values/signals';
import type { GatePolicy } from '../../lib/policy/gate/policy';
import { grantsText } from '../../lib/warden/gate/grants-file';
import { gatePolicyText } from '../../lib/warden/gate/policy-file';
import { monotonic } from '../../lib/warden/monotonic';
import { pathsUnder } from '../../lib/warden/paths';
import { DAY } from '../../lib/watch/period';
import { FakeIronProxy, type SentRequest } from '../../test/warden/gate/fake-iron-proxy';
import { startGate } from '../proxy/box';
import { AGENT } from './function';

const HOST = 'api.example.com';
const never = { hours: Array(24).fill(0), spread: 0.35, day: 0, daySpread: 0.2 };
const always = { hours: Array(24).fill(20), spread: 0.35, day: 20, daySpread: 0.2 };
const use = (usual: typeof never) => ({ requests: usual, uploadKiB: always });
const rule = (id: string, method: string, host = HOST, risk: 'low' | 'medium' | 'high' = 'low') => ({
  ...{ id, host, methods: [method], paths: ['/*'], risk },
});
const POLICY: GatePolicy = {
  agent: AGENT,
  vpc: '10.64.0.0/20',
  rules: [
    rule('read', 'GET'),
    rule('write', 'PATCH', HOST, 'medium'),
    rule('delete', 'DELETE', HOST, 'high'),
    rule('anthropic/messages', 'POST', 'api.anthropic.com'),
    rule('npm-install/packages', 'GET', 'npm.example.com'),
  ],
  caps: {},
  watch: { actions: 1, 'bytes-out': 1, 'model-calls': 2, 'package-installs': 1, refusals: 1 },
  spend: { dailyUsd: 1 },
  usual: { '*': use(always), read: use(never) },
  bodies: {
    'anthropic/messages': {
      limit: 1024,
      json: { model: 'text', max_tokens: 'value', messages: 'any' },
      unknown: 'refuse',
    },
  },
};
const CANARIES = makeCanaries();
const CALL = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 12_000, messages: 'x' });
/** A day with far more requests than the baseline has; the host is known before it. */
const past = (now: number) =>
  Array.from({ length: 3000 }, (_, index) => ({
    record: 'request',
    time: new Date(now - (index === 0 ? 2 * DAY : DAY)).toISOString(),
    ...{ agent: AGENT, policy: '', host: HOST, method: 'GET', path: '/', decision: 'allow' },
    ...{ rule: 'read', risk: 'low', bodyBytes: 0 },
  }));

/** A gate as it runs on a proxy box, and what an agent or a person does to it. */
export class GateUnderTest {
  private port = 1000;

  private constructor(
    private readonly root: string,
    private readonly proxy: FakeIronProxy,
    private readonly bodies: FakeIronProxy,
    readonly began: number,
    private readonly end: () => void,
  ) {}

  static async start(root: string): Promise<GateUnderTest> {
    const { records } = pathsUnder(root);
    mkdirSync(dirname(records), { recursive: true });
    // Without links: the gate begins a chain.
    writeFileSync(
      records,
      `${past(Date.now())
        .map((one) => JSON.stringify(one))
        .join('\n')}\n`,
    );
    const { gateCanaries } = pathsUnder(root);
    mkdirSync(dirname(gateCanaries), { recursive: true });
    writeFileSync(gateCanaries, JSON.stringify(CANARIES));
    let end = () => {};
    let began = 0;
    const sockets = await startGate(
      root,
      (words, env) => {
        began = performance.now();
        const gate = spawn(process.execPath, words, { env: { ...process.env, ...env }, stdio: 'ignore' });
        end = () => void gate.kill('SIGKILL');
      },
      POLICY,
    );
    const [proxy, bodies] = ['gate', 'bodies'].map(
      (name) => new FakeIronProxy(join(sockets, `${name}.sock`)),
    ) as [FakeIronProxy, FakeIronProxy];
    return new GateUnderTest(root, proxy, bodies, began, end);
  }

  /** Bytes of records so far. */
  size(): number {
    return statSync(pathsUnder(this.root).records).size;
  }

  /** The line with this signal that comes after so many bytes, and milliseconds since a moment. */
  async line(
    signal: SignalId,
    since: number,
    from = 0,
  ): Promise<{ readonly line: string; readonly milliseconds: number }> {
    const { records } = pathsUnder(this.root);
    const mark = signal === 'chain-broken' ? '"record":"chain"' : `"signal":"${signal}"`;
    for (let size = 0; performance.now() - since < 20_000; await pause(2)) {
      const now = statSync(records).size;
      if (now === size) continue;
      size = now;
      const line = readFileSync(records)
        .subarray(from)
        .toString('latin1')
        .split('\n')
        .find((each) => each.includes(mark) && !each.includes('"again"'));
      if (line !== undefined) return { line, milliseconds: performance.now() - since };
    }
    throw new Error(`the gate raises no ${signal}`);
  }

  async ask(request: SentRequest, times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const headers: Record<string, string> =
        request.method === 'POST' || request.method === 'PATCH' ? { 'Content-Length': '0' } : {};
      await this.proxy.request({ headers, ...request, remoteAddr: this.remoteAddr() });
    }
  }

  async callModel(): Promise<void> {
    const remoteAddr = this.remoteAddr();
    const headers = { 'Content-Length': String(CALL.length), 'Content-Type': 'application/json' };
    const call = { method: 'POST', host: 'api.anthropic.com', url: '/v1/messages', remoteAddr, headers };
    await this.proxy.request(call);
    await this.bodies.request({ ...call, body: Buffer.from(CALL) });
  }

  private remoteAddr(): string {
    this.port += 1;
    return `127.0.0.1:${this.port}`;
  }

  connectionEnds(): void {
    const ended = {
      time: Date.now() / 1000,
      name: HOST,
      in: 3_000_000,
      out: 1,
      ms: 0,
      end: '--',
      refused: '-',
    };
    const line = JSON.stringify({ ...ended, remote_addr: '127.0.0.1:999' });
    appendFileSync(pathsUnder(this.root).frontLogRaw, `${line}\n`);
  }

  /** As warden writes it. */
  scanned(): void {
    const { events } = pathsUnder(this.root);
    mkdirSync(dirname(events), { recursive: true });
    const detail = { testimony: 'agent-host', findings: 1, saw: 'github-pat notes:1' };
    const head = { id: '0123456789abcdef', time: new Date().toISOString() };
    appendFileSync(events, `${JSON.stringify({ ...head, event: 'scan-reported', detail })}\n`);
  }

  grant(): void {
    const { grants } = pathsUnder(this.root);
    mkdirSync(dirname(grants), { recursive: true });
    const seen = { aws: Date.now(), monotonic: monotonic() };
    const grant = { id: 'g1', rule: 'delete', because: 'x', until: Date.now() + 60_000, by: 'ann' };
    writeFileSync(grants, grantsText({ seen, grants: [grant] }));
  }

  changePolicy(): void {
    const policy = { ...POLICY, caps: { requests: { day: 1000 } } };
    writeFileSync(pathsUnder(this.root).gatePolicy, gatePolicyText(policy, []));
  }

  stop(): void {
    this.proxy.close();
    this.bodies.close();
    this.end();
  }
}

/** The gate's own start begins a chain and a day; what raises each other signal of the gate, in an order in which none raises another's. */
export const ACTS: readonly (readonly [SignalId, (gate: GateUnderTest) => void | Promise<void>])[] = [
  ['new-host', (gate) => gate.ask({ url: '/a', host: 'evil.example' })],
  ['refusals', (gate) => gate.ask({ url: '/a', host: 'evil.example' }, 3)],
  ['asks-for-grant', (gate) => gate.ask({ method: 'DELETE', url: '/a' })],
  ['canary-seen', (gate) => gate.ask({ url: `/${CANARIES[0]?.values[0]}` })],
  ['secret-in-state', (gate) => gate.scanned()],
  ['pushes', (gate) => gate.ask({ method: 'POST', url: '/a/git-receive-pack' })],
  ['actions', (gate) => gate.ask({ method: 'PATCH', url: '/a' }, 2)],
  ['package-installs', (gate) => gate.ask({ url: '/a', host: 'npm.example.com' }, 2)],
  ['unusual-hour', (gate) => gate.ask({ url: '/a' }, 5)],
  ['model-spend', (gate) => gate.callModel().then(() => gate.callModel())],
  ['model-calls', (gate) => gate.callModel()],
  ['bytes-out', (gate) => gate.connectionEnds()],
  ['grant-opened', (gate) => gate.grant()],
  [
    'policy-changed',
    async (gate) => {
      gate.changePolicy();
      // The first request after the gate has looked.
      for (let asked = 0; asked < 10; asked += 1) await pause(100).then(() => gate.ask({ url: '/a' }));
    },
  ],
];
