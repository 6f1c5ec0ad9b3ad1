import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProxyConfig } from '../../../lib/policy/document/schema';
import { renderConfig } from '../../../lib/warden/render';
import type { Address } from './send';

const KIBIBYTE = 1024;
const LOOPBACK = '127.0.0.1:0';
const PLACES = ['dns', 'http', 'https', 'tunnel', 'metrics', 'management'] as const;
export type Place = (typeof PLACES)[number];

export interface RunningProxy {
  readonly doors: ReadonlyMap<Place, Address>;
  /** Resident memory, in bytes, as the kernel counts it. */
  memory(): number;
  /** Audit lines so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

/** iron-proxy's configuration, open to edits that neither the compiler nor warden would let pass. */
export interface Configuration {
  readonly dns: Readonly<Record<string, unknown>>;
  readonly proxy: Readonly<Record<string, unknown>>;
  readonly transforms: readonly { readonly name: string; readonly config: Record<string, unknown> }[];
  readonly [setting: string]: unknown;
}

/** A policy as warden writes it, but for where it listens. */
export function configurationText(
  compiled: Configuration,
  authority: { readonly cert: string; readonly key: string },
): string {
  const moved = {
    ...compiled,
    dns: { ...compiled.dns, listen: LOOPBACK },
    proxy: { ...compiled.proxy, http_listen: LOOPBACK, https_listen: LOOPBACK, tunnel_listen: LOOPBACK },
    tls: { mode: 'mitm', ca_cert: authority.cert, ca_key: authority.key },
    metrics: { listen: LOOPBACK },
    management: { listen: LOOPBACK, api_key_env: 'IRON_MANAGEMENT_API_KEY' },
  };
  return renderConfig(moved as unknown as ProxyConfig);
}

/** Runs a binary with a policy until it says where each door is. */
export async function startProxy(
  binary: string,
  directory: string,
  text: string,
  environment: Readonly<Record<string, string>>,
): Promise<RunningProxy> {
  const file = join(directory, 'policy.yaml');
  writeFileSync(file, text);
  const child: ChildProcess = spawn(binary, ['-config', file], {
    env: { ...environment, IRON_DNS_PROXY_IP: '192.0.2.10', IRON_MANAGEMENT_API_KEY: 'placeholder' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const doors = new Map<Place, Address>();
  const lines: Record<string, unknown>[] = [];
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the proxy ended: ${said.join('\n')}`)));
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      if (!line.startsWith('{')) return void said.push(line);
      const entry = JSON.parse(line) as Record<string, unknown>;
      lines.push(entry);
      if (entry.msg !== 'listening') return;
      const [host = '', port] = String(entry.addr).split(':');
      doors.set(entry.listener as Place, { host, port: Number(port) });
      if (doors.size === PLACES.length) resolve();
    });
  });
  return {
    doors,
    memory: () =>
      KIBIBYTE * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]),
    lines,
    stop() {
      child.kill();
      return ended;
    },
  };
}
