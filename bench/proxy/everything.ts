import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAirlock } from '../../lib/config';
import { compilePolicy } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import type { GatePolicy } from '../../lib/policy/gate/policy';
import { FakeIronProxy, type SentRequest } from '../../test/warden/gate/fake-iron-proxy';
import { percentile } from '../percentile';
import { startGate } from './box';

/** Milliseconds that a gate with everything on may take in the middle, and that it may take longer than with everything off. */
const LIMIT = 2;
const [CALLS, PACE] = [400, 15];
const TEXT = 'The build fails in step 3, see the log.\n'.repeat(500);

/** What agents send, as heads and as bodies that a rule judges: a small read, and a model call of 100 KB. */
const BODY = Buffer.from(
  JSON.stringify({
    ...{ model: 'claude-sonnet-4-5', max_tokens: 32_000, stream: true },
    system: [{ type: 'text', text: TEXT, cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'run', input_schema: { type: 'object' } }],
    messages: Array.from({ length: 4 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text: TEXT }],
    })),
  }),
);
const READ: SentRequest = { host: 'api.github.com', url: '/repos/ironsh/iron-proxy/releases' };
const CALL: SentRequest = {
  ...{ method: 'POST', host: 'api.anthropic.com', url: '/v1/messages' },
  headers: {
    'Content-Type': 'application/json',
    'Content-Length': String(BODY.length),
    'User-Agent': 'claude-cli/2.0',
    'anthropic-version': '2023-06-01',
    'x-app': 'cli',
  },
};

const SENT: readonly (readonly [what: string, request: SentRequest, hasBody: boolean])[] = [
  ['a read', READ, false],
  [`a model call of ${Math.round(BODY.length / 1024)} KB`, CALL, true],
];
/** As many as warden makes; no request has one. */
const CANARIES = Array.from({ length: 12 }, (_, index) => ({
  id: `canary-${index}`,
  values: [`sk-ant-api03-${String(index).padStart(2, '0')}${'kR7wQ2'.repeat(12)}`],
}));
interface Figures {
  readonly median: number;
  readonly p99: number;
}

/** The shipped agent scout, without and with all that a gate may do besides its rules. */
function policies(): Record<'off' | 'on', GatePolicy> {
  const loaded = loadAirlock('config');
  const agent = loaded.ok && loaded.airlock.agents.find(({ name }) => name === 'scout');
  if (!loaded.ok || !agent) throw new Error('config/ has no agent scout');
  const read = readBundle(
    compilePolicy(loaded.airlock, agent).text,
    'scout',
    `/${loaded.airlock.name}/scout/`,
  );
  if (!read.ok) throw new Error(read.problem);
  const { watch: _watch, spend: _spend, usual: _usual, ...rest } = read.bundle.gate;
  const quantity = { hours: Array<number>(24).fill(20), spread: 1, day: 20, daySpread: 1 };
  const use = { requests: quantity, uploadKiB: quantity };
  const usual = Object.fromEntries(
    ['*', '*actions', ...rest.rules.map(({ id }) => id)].map((id) => [id, use]),
  );
  const caps = {
    requests: { hour: 1e6, day: 1e6 },
    uploadMiB: { hour: 1e5, day: 1e5 },
    logMiB: { day: 256 },
  };
  return {
    off: { ...rest, caps: {} },
    on: {
      ...{ ...rest, usual, spend: { dailyUsd: 1e6, monthlyUsd: 1e6 } },
      caps: { ...caps, actions: { hour: 1e6, day: 1e6 } },
      rules: rest.rules.map((rule) => ({ ...rule, caps })),
    },
  };
}

interface GateAsked {
  readonly name: string;
  readonly head: FakeIronProxy;
  readonly body: FakeIronProxy;
  readonly program: ChildProcess;
  readonly taken: number[];
}

async function startOne(name: string, root: string, policy: GatePolicy): Promise<GateAsked> {
  mkdirSync(join(root, 'etc/airlock-gate'), { recursive: true });
  if (policy.spend) writeFileSync(join(root, 'etc/airlock-gate/canaries.json'), JSON.stringify(CANARIES));
  let program: ChildProcess | undefined;
  const sockets = await startGate(
    root,
    (words, env) => {
      program = spawn(process.execPath, words, { env: { ...process.env, ...env }, stdio: 'ignore' });
    },
    policy,
  );
  const [head, body] = ['gate', 'bodies'].map((socket) => new FakeIronProxy(join(sockets, `${socket}.sock`)));
  return { name, head, body, program, taken: [] } as unknown as GateAsked;
}

/** Asks as iron-proxy does: by the head, then by the body. @returns milliseconds */
async function ask({ head, body }: GateAsked, request: SentRequest, hasBody: boolean): Promise<number> {
  const began = performance.now();
  const answers = [await head.request(request)];
  if (hasBody) answers.push(await body.request({ ...request, body: BODY }));
  const milliseconds = performance.now() - began;
  if (!answers.every(({ passes }) => passes)) throw new Error(`refused: ${JSON.stringify(answers)}`);
  await head.response(request, 200);
  return milliseconds;
}

/** What caps, meter, signals, baseline and canaries add to a gate, with records on a disk and in memory; gates are asked in turn. */
export async function everything(scratch: string): Promise<void> {
  const memory = `/dev/shm/airlock-bench-everything-${process.pid}`;
  const gates: GateAsked[] = [];
  for (const [place, root] of Object.entries({ disk: join(scratch, 'everything'), memory }))
    for (const [name, policy] of Object.entries(policies()))
      gates.push(await startOne(`${name} ${place}`, join(root, name), policy));
  try {
    for (const [what, sent, hasBody] of SENT) {
      for (const { taken } of gates) taken.length = 0;
      for (let call = -20; call < CALLS; call += 1) {
        for (const gate of gates) {
          await new Promise((resolve) => setTimeout(resolve, PACE));
          const milliseconds = await ask(gate, { ...sent, remoteAddr: `127.0.0.1:${2000 + call}` }, hasBody);
          if (call >= 0) gate.taken.push(milliseconds);
        }
      }
      report(what, gates);
    }
  } finally {
    for (const { head, body, program } of gates) {
      head.close();
      body.close();
      program.kill('SIGKILL');
    }
    rmSync(memory, { recursive: true, force: true });
  }
}

function report(what: string, gates: readonly GateAsked[]): void {
  const [off, on, offMemory, onMemory] = gates.map(({ taken }) => ({
    median: percentile(taken, 50),
    p99: percentile(taken, 99),
  })) as [Figures, Figures, Figures, Figures];
  const both = ({ median, p99 }: Figures) => `${median.toFixed(2)}/${p99.toFixed(2)}`;
  const more = on.median - off.median;
  console.log(
    `gate, ${what}, median/p99 in ms: everything off ${both(off)}, everything on ${both(on)}: ${more.toFixed(2)} ms more ` +
      `(limit ${LIMIT}), ${(on.median / off.median).toFixed(2)} times; without a disk ${(onMemory.median - offMemory.median).toFixed(2)} ms more`,
  );
  if (more > LIMIT) process.exitCode = 1;
}
