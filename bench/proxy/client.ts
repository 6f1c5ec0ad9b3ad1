import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/** Where requests go. */
export interface Way {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** PEM of the authority of what answers there. */
  readonly ca: string;
}

/** Sends requests one after the other on one connection, at a rate. @returns milliseconds of each */
export async function paced(way: Way, rate: number, count: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  // The first opens the connection.
  await ask(way, agent);
  const began = performance.now();
  for (let number = 0; number < count; number += 1) {
    const wait = began + (number * 1000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const sent = performance.now();
    await ask(way, agent);
    times.push(performance.now() - sent);
  }
  agent.destroy();
  return times;
}

/** Requests a second over several connections without a pause. */
export async function saturated(way: Way, connections: number, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  await Promise.all(Array.from({ length: connections }, () => ask(way, agent)));
  const until = performance.now() + seconds * 1000;
  let done = 0;
  const lane = async () => {
    while (performance.now() < until) {
      await ask(way, agent);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return done / seconds;
}

/** The upstream's address and port, and a connection that is up, as /proc/net/tcp writes them. */
const AT_UPSTREAM = /^ *\d+: 0200007F:01BB \S+ 01 /;
/** iron-proxy keeps two idle connections to a host; the bench runs four. */
const KEPT = 8;

/**
 * Waits, at most 15 seconds, until the upstream has done with what a round left behind: under load iron-proxy opens hundreds of
 * connections ahead, whose handshakes would slow the next round.
 */
export async function untilQuiet(): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const up = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .filter((line) => AT_UPSTREAM.test(line));
    if (up.length <= KEPT) return;
    await pause(100);
  }
}

const optionsFor = ({ address, port, host, ca }: Way, path: string) => ({
  ...{ host: address, port, servername: host, ca, path },
  headers: { Host: host },
});

/** Milliseconds until the first event of a stream that lasts half a second, and until its end. */
export function stream(way: Way): Promise<readonly [number, number]> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request({ ...optionsFor(way, '/v1/stream'), agent: false }, (response) => {
      let first = 0;
      response.on('data', () => (first ||= performance.now() - began));
      response.on('end', () => resolve([first, performance.now() - began]));
    });
    asked.on('error', reject).end();
  });
}

/** @throws if the answer isn't 200: a refusal is fast and would falsify the figures */
export function ask(way: Way, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...optionsFor(way, '/v1/a'), agent }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${way.address}:${way.port} answered ${response.statusCode}`));
      });
    });
    asked.on('error', reject).end();
  });
}
