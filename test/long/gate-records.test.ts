import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChainVerifier } from '../../lib/audit/verify';
import { fieldsOf } from '../../lib/warden/gate/protobuf';
import { FakeIronProxy, requestMessage } from '../warden/gate/fake-iron-proxy';
import { gateRoot, startGate } from './real-gate';

/** At each kill 64 are on their way, however many there are in all. 1,000,000 by name: `AIRLOCK_RECORDS=1000000`. */
const RECORDS = Number(process.env.AIRLOCK_RECORDS ?? 5_000);
const KILLS = 10;
const LANES = 64;

const FILES = 'var/log/airlock-gate/records.log';

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 });

test('LOG-2 no record that the gate acknowledged is lost over ten kills at random moments', async () => {
  const root = gateRoot();
  let gate: ChildProcess | undefined;
  const start = () => {
    gate = startGate(root);
  };
  start();
  const acknowledged: string[] = [];
  let failed = 0;
  let kills = 0;
  const lane = async (index: number) => {
    let proxy = new FakeIronProxy(join(root, 'run/airlock-gate/gate.sock'));
    for (let count = 0; acknowledged.length < RECORDS || kills < KILLS; count += 1) {
      const message = requestMessage({ url: `/repos/${index}/${count}`, remoteAddr: `127.0.0.1:${index}` });
      try {
        acknowledged.push(recordIn(await proxy.call('TransformRequest', message)));
      } catch {
        failed += 1;
        proxy.close();
        await sleep(50);
        proxy = new FakeIronProxy(join(root, 'run/airlock-gate/gate.sock'));
      }
      if (index === 0 && kills < KILLS && acknowledged.length > ((kills + Math.random()) * RECORDS) / KILLS) {
        kills += 1;
        gate?.kill('SIGKILL');
        start();
      }
    }
    proxy.close();
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  gate?.kill('SIGKILL');
  const lines = readFileSync(join(root, FILES), 'utf8').split('\n');
  const kept = new Set(
    lines.flatMap((line) => /^\{"record":"request".*"id":"([^"]+)".*\}$/.exec(line)?.[1] ?? []),
  );
  expect({ kills, lost: acknowledged.filter((id) => !kept.has(id)) }).toEqual({ kills: KILLS, lost: [] });
  const verifier = new ChainVerifier();
  for (const line of lines) if (line !== '') verifier.line(line);
  expect(verifier.end(Date.now())).toMatchObject({ findings: [], chains: [{ first: { seq: 1 } }] });
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(failed).toBeGreaterThan(0);
});

test('LOG-2 a gate that is stopped writes the ends that still wait for the next record', async () => {
  const root = gateRoot();
  const gate = startGate(root);
  const socket = join(root, 'run/airlock-gate/gate.sock');
  while (!existsSync(socket)) await sleep(50);
  const proxy = new FakeIronProxy(socket);
  await proxy.request({ url: '/repos/a' });
  await proxy.response({ url: '/repos/a' }, 200);
  gate.kill('SIGTERM');
  await once(gate, 'exit');
  proxy.close();
  expect(readFileSync(join(root, FILES), 'utf8')).toMatch(/"record":"end".*"end":"answered"/);
});

/** The record's id, which goes into iron-proxy's own line. */
function recordIn(answer: Buffer): string {
  for (const field of fieldsOf(answer)) {
    const text = 'bytes' in field && field.number === 4 ? field.bytes.toString('latin1') : '';
    const id = /record.*?([0-9a-f]{12}-\d+)$/s.exec(text)?.[1];
    if (id !== undefined) return id;
  }
  throw new Error('the gate names no record');
}
