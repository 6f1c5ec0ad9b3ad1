import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { RESPONSE_ANSWER, SERVICE } from '../../lib/warden/gate/messages';

const { O_APPEND, O_CREAT, O_DSYNC, O_WRONLY } = constants;
/** Bytes of a usual record. */
const RECORD = 700;

/** A gate that lets everything pass and writes nothing: what iron-proxy's two questions cost by themselves. */
export function serveIdle(socket: string): Promise<never> {
  const same = (bytes: Buffer) => bytes;
  const method = (name: string) => ({
    ...{ path: `${SERVICE}/${name}`, requestStream: false, responseStream: false },
    ...{
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  });
  const server = new Server();
  const answer = (_: unknown, done: (error: null, bytes: Buffer) => void) => done(null, RESPONSE_ANSWER);
  server.addService(
    { request: method('TransformRequest'), response: method('TransformResponse') },
    { request: answer, response: answer },
  );
  server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
    if (error) throw error;
  });
  return new Promise(() => undefined);
}

/** Appends lines to a file and syncs each. @returns milliseconds of each */
export async function syncedWrites(directory: string, count: number): Promise<number[]> {
  const path = join(directory, 'synced');
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_DSYNC);
  const line = Buffer.alloc(RECORD, 'x');
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    await pause(20);
    const began = performance.now();
    writeSync(file, line);
    times.push(performance.now() - began);
  }
  closeSync(file);
  rmSync(path);
  return times;
}
