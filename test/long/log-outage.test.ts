import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditLogGroup, SIGNAL_PATTERN, WARDEN_STREAM } from '../../constructs/names';
import { ChainVerifier } from '../../lib/audit/verify';
import { tendAuditFile } from '../../lib/warden/audit-file';
import { RECORDS_LOG } from '../../lib/warden/cloudwatch-agent';
import { RecordFile } from '../../lib/warden/gate/record-file';
import type { Host } from '../../lib/warden/host';
import { pathsUnder } from '../../lib/warden/paths';
import { realFiles } from '../../lib/warden/real-files';
import { WardenSignals } from '../../lib/warden/signals';
import { seenInLogs } from '../../lib/watch/from-logs';
import { matchesPattern } from '../support/filter-pattern';
import { temporary } from '../support/temporary';
import { FakeIronProxy, requestMessage } from '../warden/gate/fake-iron-proxy';
import { BOX } from '../warden/support/fake-box';
import { gateRoot, startGate } from './real-gate';

const MIB = 1024 * 1024;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Every line of the file, as CloudWatch has them after so many milliseconds. */
function verdictOf(path: string, delay = 0) {
  const verifier = new ChainVerifier();
  for (const line of readFileSync(path, 'latin1').split('\n').filter(Boolean))
    verifier.line(line, Date.parse(/"time":"([^"]+)"/.exec(line)?.[1] ?? '') + delay);
  return verifier.end(Date.now() + 30 * HOUR);
}

test('the log service down for an hour: nothing is lost up to 256 MiB, then iron-proxy is stopped, and people hear of it', async () => {
  const root = temporary();
  const paths = pathsUnder(root);
  for (const path of [paths.records, paths.archive, paths.wardenLog])
    mkdirSync(dirname(path), { recursive: true });
  mkdirSync(paths.sentOffsets, { recursive: true });
  let now = Date.UTC(2026, 0, 2, 9);
  const commands: string[] = [];
  const host = {
    ...realFiles(root),
    paths,
    now: () => now,
    append: async (path: string, line: string) => writeFileSync(path, `${line}\n`, { flag: 'a' }),
    run: async ({ file }: { file: string }) => {
      commands.push(file);
      return { status: 0, output: '' };
    },
  } as unknown as Host;
  const records = new RecordFile(paths.records);
  /** What the CloudWatch agent writes down. */
  const sent = (bytes: number) =>
    writeFileSync(join(paths.sentOffsets, 'records'), `${bytes}\n${RECORDS_LOG}\n0-${bytes}`);
  const length = async () => (await host.size(paths.records))?.length ?? 0;
  const pad = 'x'.repeat(210 * 1024);
  const minute = async (lines: number) => {
    now += MINUTE;
    const record = { record: 'end', time: new Date(now).toISOString(), pad };
    await Promise.all(Array.from({ length: lines }, () => records.append(JSON.stringify(record))));
  };
  await minute(1);
  const before = await length();
  sent(before);
  const signals = new WardenSignals(host, BOX);
  let { progress } = await tendAuditFile(host, undefined);
  const reasons = new Set<string>();
  const closed: number[] = [];
  for (let passed = 1; passed <= 68; passed += 1) {
    // 3.9 MiB a minute: the buffer takes 65 minutes of it.
    await minute(19);
    const done = await tendAuditFile(host, progress);
    progress = done.progress;
    if (done.reason) reasons.add(done.reason.code);
    const reasonsNow = done.reason ? [done.reason] : [];
    await signals.look({ healthy: reasonsNow.length === 0, reasons: reasonsNow }, done.progress);
    if (done.closed) closed.push(passed);
  }
  expect([...reasons]).toEqual(['audit-stalled']);
  expect(closed[0]).toBeGreaterThan(60);
  expect(((await length()) - before) / MIB).toBeGreaterThan(256);
  expect(commands).toEqual([]);

  // The service is back: the agent sends what waited, and warden opens.
  sent(await length());
  expect((await tendAuditFile(host, progress)).closed).toBeUndefined();
  await records.close();
  expect(verdictOf(paths.records)).toMatchObject({ whole: true, lines: 1 + 1 + 68 * 19 });
  expect(verdictOf(paths.records, HOUR)).toMatchObject({ whole: false, findings: [{ kind: 'late' }] });

  // What the subscription filter takes of warden's own lines, when they arrive an hour late, and of the chain's first line.
  const told = readFileSync(paths.wardenLog, 'utf8').split('\n').filter(Boolean);
  const [first = ''] = readFileSync(paths.records, 'latin1').split('\n');
  const seen = (logStream: string, lines: readonly string[], at: number) =>
    seenInLogs(
      {
        messageType: 'DATA_MESSAGE',
        logGroup: auditLogGroup('airlock', 'scout'),
        logStream,
        logEvents: lines
          .filter((line) => matchesPattern(SIGNAL_PATTERN, line))
          .map((message) => ({ message })),
      },
      { stack: 'airlock', agents: ['scout'], machines: [], rejectedFlows: () => 10, now: at },
    ).map(({ signal }) => signal);
  expect(new Set(seen(WARDEN_STREAM, told, now))).toEqual(new Set(['box-reasons', 'records-late']));
  expect(seen(WARDEN_STREAM, told.slice(-1), now)).toEqual(['box-reasons']);
  expect(seen('gate', [first], now)).toEqual(['chain-broken']);
});

const onSmallDisk = process.getuid?.() === 0 && process.platform === 'linux' ? test : test.skip;

onSmallDisk(
  'a filled disk: the real gate refuses what it can’t record, goes on when there is space, and its chain is whole',
  async () => {
    const root = gateRoot();
    const { records } = pathsUnder(root);
    const disk = dirname(records);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status).toBe(0);
    const gate = startGate(root);
    try {
      const socket = join(root, 'run/airlock-gate/gate.sock');
      let proxy = new FakeIronProxy(socket);
      let asked = 0;
      const allowed: number[] = [];
      const ask = async (): Promise<number> => {
        asked += 1;
        const url = `/repos/${asked}/${'y'.repeat(1800)}`;
        const message = requestMessage({ url, remoteAddr: `127.0.0.1:${asked}` });
        const answer = await proxy.call('TransformRequest', message).catch(() => undefined);
        if (answer === undefined) {
          proxy.close();
          await sleep(100);
          proxy = new FakeIronProxy(socket);
          return asked < 600 ? ask() : 0;
        }
        if (answer.includes('could not be written')) return 503;
        allowed.push(asked);
        return 200;
      };
      expect(await ask()).toBe(200);
      let status = 200;
      while (status === 200 && asked < 5000) status = await ask();
      expect([status, asked < 5000]).toEqual([503, true]);
      // It stays refused for as long as the disk is full.
      expect(await ask()).toBe(503);
      expect(spawnSync('mount', ['-o', 'remount,size=4m', disk]).status).toBe(0);
      expect(await ask()).toBe(200);
      const kept = new Set(
        [...readFileSync(records, 'latin1').matchAll(/"path":"\/repos\/(\d+)\//g)].map(([, index]) =>
          Number(index),
        ),
      );
      expect(allowed.filter((index) => !kept.has(index))).toEqual([]);
      expect(verdictOf(records)).toMatchObject({ whole: true });
      proxy.close();
    } finally {
      gate.kill('SIGKILL');
      await new Promise((ended) => gate.once('exit', ended));
      spawnSync('umount', ['-l', disk]);
      rmSync(root, { recursive: true, force: true });
    }
  },
);
