import { writeSync } from 'node:fs';
import { CONNECT_PORT } from '../../../constructs/names';
import { connectServer } from './answerer';
import { RefusalLog } from './refusal-log';

/** A full disk keeps nobody from being refused. */
function write(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // Warden stops iron-proxy then.
  }
}

/** Two sockets with buffers each: bounded by the memory of its unit. */
const LIMITS = { connections: 128, headMilliseconds: 5_000, idleMilliseconds: 15 * 60_000 };

/** `warden.cjs connect`: runs until it is ended, or can't listen. */
export function serveConnect(): Promise<never> {
  return new Promise((_, reject) => {
    connectServer({ host: '127.0.0.1', port: 443 }, LIMITS, new RefusalLog(write))
      .once('error', reject)
      .listen(CONNECT_PORT, '0.0.0.0');
  });
}
