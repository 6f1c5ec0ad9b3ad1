import type { Host } from './host';
import { say } from './log';

const COUNTERS_PORT = 8404;

/** Connections that HAProxy refused by a limit, on all ports, since it started. Pure. */
export function refusedConnections(csv: string): number {
  const [head = '', ...rows] = csv.trim().split('\n');
  const names = head.replace(/^# /, '').split(',');
  const column = (row: string, name: string) => row.split(',')[names.indexOf(name)];
  return rows
    .filter((row) => column(row, 'svname') === 'FRONTEND')
    .reduce((sum, row) => sum + (Number(column(row, 'dcon')) || 0), 0);
}

/** The front logs no connection over its limits, so that a flood makes no lines: warden says how many there were. */
export async function tellRefusals(host: Host, before = 0): Promise<number> {
  const { status, body } = await host.request({ method: 'GET', port: COUNTERS_PORT, path: '/;csv' });
  if (status !== 200) return before;
  const now = refusedConnections(body);
  // A reloaded HAProxy counts anew.
  const more = now < before ? now : now - before;
  if (more > 0) await say(host, 'warn', 'the front refused connections over its limits', `${more}`);
  return now;
}
