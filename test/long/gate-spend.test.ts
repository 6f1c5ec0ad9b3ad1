import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathsUnder } from '../../lib/warden/paths';
import { until } from '../support/until';
import { FakeIronProxy } from '../warden/gate/fake-iron-proxy';
import { gatePolicy } from '../warden/gate/gate-policy';
import { gateRoot, startGate } from './real-gate';

const CALL = Buffer.from(JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 40_000, messages: [] }));
const rule = { host: 'api.anthropic.com', methods: ['POST'], paths: ['/v1/messages'], risk: 'low' as const };
const body = {
  limit: 9999,
  json: { model: 'text', max_tokens: 'value', messages: 'any' },
  unknown: 'refuse',
} as const;
const POLICY = gatePolicy({
  rules: [{ ...rule, id: 'messages' }],
  bodies: { messages: body },
  spend: { monthlyUsd: 20 },
});

test('the real gate says what it must reserve, waits for it, and counts on after a restart', async () => {
  const root = gateRoot(POLICY);
  const paths = pathsUnder(root);
  let gate: ChildProcess | undefined;
  const end = async () => {
    gate?.kill('SIGKILL');
    await new Promise((ended) => gate?.once('exit', ended));
  };
  const start = async () => {
    const began = Date.now();
    gate = startGate(root);
    await until(() => (state()?.time ?? 0) >= began);
  };
  const state = () => {
    try {
      return JSON.parse(readFileSync(paths.gateState, 'utf8'));
    } catch {
      return undefined;
    }
  };
  let port = 0;
  const call = async () => {
    const remoteAddr = `127.0.0.1:${++port}`;
    const headers = { 'Content-Length': String(CALL.length), 'Content-Type': 'application/json' };
    const asked = { method: 'POST', host: rule.host, url: '/v1/messages', remoteAddr, headers };
    for (const [socket, more] of [
      [paths.gateSocket, {}],
      [paths.bodiesSocket, { body: CALL }],
    ] as const) {
      const proxy = new FakeIronProxy(socket);
      const { passes, status } = await proxy.request({ ...asked, ...more });
      proxy.close();
      if (!passes) return status;
    }
    return 200;
  };
  /** Reserves what the gate wants, as warden does. @returns what the first call is answered that doesn't wait for it */
  const reserve = async (most: number) => {
    await until(() => state().reserve?.today === most);
    writeFileSync(paths.spendReserve, `${JSON.stringify({ own: state().reserve })}\n`);
    let status: number | undefined;
    await until(async () => {
      status = await call();
      return status !== 503;
    });
    return status;
  };
  try {
    await start();
    expect(await call()).toBe(503);
    expect([await reserve(2_000_000), await call()]).toEqual([200, 503]);
    await end();
    await start();
    expect(state().spend.monthUsd).toBe(1.10583);
    expect(await call()).toBe(503);
    expect([await reserve(1_105_830 + 2_000_000 + 1_105_830), await call()]).toEqual([200, 200]);
    expect(state().reserve.box).toMatch(/^[0-9a-f]{12}$/);
  } finally {
    await end();
  }
});
