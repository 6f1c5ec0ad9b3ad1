import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SIGNALS, type SignalId } from '../../lib/config/values/signals';
import type { Box } from '../../lib/warden/box';
import type { Host } from '../../lib/warden/host';
import { reason } from '../../lib/warden/reason';
import { WardenSignals } from '../../lib/warden/signals';
import { makeAuthority } from '../../test/warden/support/authority';
import { percentile } from '../percentile';
import { delayOf } from './delays';
import { AGENT, CAUSES, delivered, WatchFunction } from './function';
import { ACTS, GateUnderTest } from './gate';

const ROUNDS = 5;
/** What docs/WATCH.md is made from. */
const KEPT = 'bench/signals/measured.json';
/** What the programs may take besides the waits of their clocks, in milliseconds. */
const WORK = 2_000;

interface Times {
  /** To the line on disk. */
  readonly line?: number[];
  /** From the function's call to that of the topic. */
  readonly function: number[];
}

interface Line {
  readonly signal: SignalId;
  readonly stream: 'gate' | 'warden';
  readonly line: string;
  readonly milliseconds: number;
}

async function main(scratch: string, words: readonly string[]): Promise<void> {
  const taken = new Map<SignalId, Times>(SIGNALS.map((id) => [id, { line: [], function: [] }]));
  const watch = new WatchFunction();
  const real = Date.now;
  const told = async (signal: SignalId, cause: object) => {
    taken.get(signal)?.function.push(await watch.told(signal, cause));
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    Date.now = real;
    const lines = [
      ...(await ofGate(`${scratch}/${round}`)),
      ...(await ofWarden(`${scratch}/warden-${round}`)),
    ];
    await watch.start();
    watch.fresh();
    for (const { signal, stream, line, milliseconds } of lines) {
      taken.get(signal)?.line?.push(milliseconds);
      await told(signal, delivered(stream, line));
    }
    for (const [signal, cause] of Object.entries(CAUSES)) {
      // It tells the same only once an hour.
      watch.fresh();
      await told(signal as SignalId, cause());
    }
    watch.stop();
  }
  report(taken, words.includes('--write'));
}

async function ofGate(root: string): Promise<Line[]> {
  const gate = await GateUnderTest.start(root);
  try {
    const lines: Line[] = [];
    for (const signal of ['chain-broken', 'drifting-use'] as const)
      lines.push({ signal, stream: 'gate', ...(await gate.line(signal, gate.began)) });
    for (const [signal, act] of ACTS) {
      // At any moment between two looks of the gate.
      await pause(Math.random() * 500);
      const [began, from] = [performance.now(), gate.size()];
      const [line] = await Promise.all([gate.line(signal, began, from), act(gate)]);
      lines.push({ signal, stream: 'gate', ...line });
    }
    return lines;
  } finally {
    gate.stop();
  }
}

/** Of warden the writing alone is measured: its rest between two passes is among the clocks. */
async function ofWarden(file: string): Promise<Line[]> {
  const { certificate } = await makeAuthority(AGENT);
  const host = {
    paths: { certificate: 'ca', archive: 'archive', scan: 'scan', wardenLog: file },
    now: () => Date.now() + 365 * 86_400_000 * 9.95,
    read: async (path: string) => ({ ca: certificate, scan: '0' })[path] ?? '{"offset":0,"since":0}',
    append: async (path: string, line: string) => appendFileSync(path, `${line}\n`),
  } as unknown as Host;
  const began = performance.now();
  await new WardenSignals(host, { agent: AGENT } as Box).look({
    healthy: false,
    reasons: [reason('gate-down', 'x')],
  });
  const milliseconds = performance.now() - began;
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({
      signal: JSON.parse(line).signal as SignalId,
      stream: 'warden' as const,
      line,
      milliseconds,
    }));
}

function report(taken: ReadonlyMap<SignalId, Times>, isKept: boolean): void {
  const middle = (times: readonly number[] = []) => Math.ceil(percentile(times, 50) * 10) / 10;
  const measured = Object.fromEntries(
    [...taken].map(([signal, times]) => [
      signal,
      { ...(times.line?.length && { line: middle(times.line) }), function: middle(times.function) },
    ]),
  );
  console.log(
    `\nmilliseconds, median of ${ROUNDS}: to the line on disk, and from the function's call to that of the topic`,
  );
  for (const [signal, { line, function: called }] of Object.entries(measured)) {
    const waits = delayOf(signal as SignalId).waits * 1000;
    const late = (line ?? 0) + called > waits + WORK;
    console.log(
      `  ${signal.padEnd(24)} ${String(line ?? '').padStart(8)} ${String(called).padStart(8)}${late ? '  too late' : ''}`,
    );
    if (late) process.exitCode = 1;
  }
  const lines = Object.entries(measured).map(
    ([signal, times]) => `  "${signal}": ${JSON.stringify(times, null, 1).replaceAll(/\s+/g, ' ')}`,
  );
  if (isKept) writeFileSync(join(process.cwd(), KEPT), `{\n${lines.join(',\n')}\n}\n`);
}

const [scratch = '', ...words] = process.argv.slice(2);
main(scratch, words).then(
  () => process.exit(),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
