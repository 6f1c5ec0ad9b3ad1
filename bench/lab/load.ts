import { readFileSync, rmSync } from 'node:fs';
import type { RunningNetwork } from '../../lab/network/run/network';
import { checkBodies, type Lap, parseLog } from './log';

/** A request that is repeated. */
export interface Target {
  readonly host: string;
  /** With a query. */
  readonly path: string;
  /** Size of the body that must come back. */
  readonly bytes: number;
}

/** The sender's namespace, and the address. */
export interface Way {
  readonly network: RunningNetwork;
  readonly namespace: string;
  readonly to: string;
}

/**
 * Sends requests over several connections that stay open, one request at a time on each. h2load is the client for both
 * paths: it uses little of the machine that client, proxy and upstream share; a client in JavaScript would dominate.
 *
 * @param log path of a file to make and remove: h2load appends to an existing one
 * @throws if an answer is incomplete or not 200
 */
export async function load(
  { network, namespace, to }: Way,
  { host, path, bytes }: Target,
  connections: number,
  requests: number,
  log: string,
): Promise<Lap> {
  const said = await network.run(namespace, [
    'h2load',
    '--h1',
    `--requests=${requests}`,
    `--clients=${connections}`,
    '--threads=1',
    '--connection-inactivity-timeout=10',
    `--connect-to=${to}:443`,
    `--log-file=${log}`,
    `https://${host}${path}`,
  ]);
  const text = readFileSync(log, 'utf8');
  rmSync(log);
  const lap = parseLog(text, requests);
  checkBodies(said, bytes * requests);
  return lap;
}
