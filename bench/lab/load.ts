import { readFileSync, rmSync } from 'node:fs';
import type { RunningNetwork } from '../../lab/network/run/network';
import { checkBodies, type Lap, parseLog } from './log';

/** A request that is sent over and over. */
export interface Target {
  readonly host: string;
  /** With a query. */
  readonly path: string;
  /** Of the body that must come back. */
  readonly bytes: number;
}

/** From where, to what address. */
export interface Way {
  readonly network: RunningNetwork;
  readonly namespace: string;
  readonly to: string;
}

/**
 * Sends so many requests over so many connections that stay open, each with one request at a time. h2load is the client
 * of both ways: it costs little of the machine that client, door and upstream share, where a client in JavaScript would
 * be most of what is measured.
 *
 * @param log path of a file to make and remove: h2load adds to one that is there
 * @throws when one of them is not answered in full with 200
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
