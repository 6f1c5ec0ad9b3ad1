import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fieldsOf } from '../../lib/warden/gate/protobuf';
import { FakeIronProxy, requestMessage } from '../../test/warden/gate/fake-iron-proxy';
import { startGate } from './box';

const KILLS = 10;
const AT_ONCE = 64;

/** Sends requests to a gate that is killed at random moments. @returns what became of the records that it acknowledged */
export async function killedGates(root: string, records: number): Promise<string> {
  const acknowledged = new Set<string>();
  const part = Math.ceil(records / (KILLS + 1));
  const began = performance.now();
  let port = 0;
  for (let life = 0; life <= KILLS; life += 1) {
    let gate: ChildProcess | undefined;
    const sockets = await startGate(root, (words, env) => {
      gate = spawn(process.execPath, words, { env: { ...process.env, ...env }, stdio: 'ignore' });
    });
    const proxy = new FakeIronProxy(join(sockets, 'gate.sock'));
    const isLast = life === KILLS;
    // Between half of this life's part and all of it.
    const until = isLast ? records : acknowledged.size + Math.ceil(part * (0.5 + Math.random() / 2));
    let alive = true;
    const lane = async () => {
      while (alive && acknowledged.size < records) {
        port = (port + 1) % 60_000;
        const message = requestMessage({ url: '/v1/a', remoteAddr: `127.0.0.1:${port}` });
        const answer = await proxy.call('TransformRequest', message).catch(() => undefined);
        if (answer === undefined) alive = false;
        else acknowledged.add(recordOf(answer));
        if (acknowledged.size >= until && alive && !isLast) gate?.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    proxy.close();
    gate?.kill('SIGKILL');
  }
  const count = acknowledged.size;
  const seconds = (performance.now() - began) / 1000;
  const input = createReadStream(join(root, 'var/log/airlock-gate/records.log'), 'latin1');
  for await (const line of createInterface({ input })) {
    const id = /^\{"record":"request","time":"[^"]+","id":"([^"]+)".*\}$/.exec(line)?.[1];
    if (id !== undefined) acknowledged.delete(id);
  }
  if (acknowledged.size > 0) process.exitCode = 1;
  return `${count} records acknowledged in ${seconds.toFixed(0)} s by a gate that was killed ${KILLS} times: ${acknowledged.size} of them lost`;
}

/** The id in the answer's annotations. @throws when the gate refused */
function recordOf(answer: Buffer): string {
  let id = '';
  for (const field of fieldsOf(answer)) {
    if (field.number === 1 && 'value' in field && field.value !== 1) throw new Error('the gate refused');
    if (field.number !== 4 || !('bytes' in field)) continue;
    const text = field.bytes.toString('latin1');
    if (text.includes('record')) id = /[0-9a-f]{12}-\d+/.exec(text)?.[0] ?? '';
  }
  return id;
}
