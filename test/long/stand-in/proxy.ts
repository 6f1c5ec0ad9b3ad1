import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProxyConfig } from '../../../lib/policy/document/schema';
import { renderConfig } from '../../../lib/warden/render';
import type { Address } from './send';

const LOOPBACK = '127.0.0.1:0';
const LISTENERS = ['dns', 'http', 'https', 'metrics', 'management'] as const;
export type Listener = (typeof LISTENERS)[number];

export interface RunningProxy {
  readonly ports: ReadonlyMap<Listener, Address>;
  /** Audit lines so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

/** iron-proxy's configuration, for edits that the compiler and warden would refuse. */
export interface Configuration {
  readonly dns: Readonly<Record<string, unknown>>;
  readonly proxy: Readonly<Record<string, unknown>>;
  readonly transforms: readonly { readonly name: string; readonly config: Record<string, unknown> }[];
  readonly [setting: string]: unknown;
}

/** A policy as warden writes it, but with other listening addresses. */
export function configurationText(
  compiled: Configuration,
  authority: { readonly cert: string; readonly key: string },
): string {
  const moved = {
    ...compiled,
    dns: { ...compiled.dns, listen: LOOPBACK },
    proxy: { ...compiled.proxy, http_listen: LOOPBACK, https_listen: LOOPBACK },
    tls: { mode: 'mitm', ca_cert: authority.cert, ca_key: authority.key },
    metrics: { listen: LOOPBACK },
    management: { listen: LOOPBACK, api_key_env: 'IRON_MANAGEMENT_API_KEY' },
  };
  return renderConfig(moved as unknown as ProxyConfig);
}

/** Starts a binary with a policy; resolves once it has logged the address of each listener. */
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
  const ports = new Map<Listener, Address>();
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
      ports.set(entry.listener as Listener, { host, port: Number(port) });
      if (ports.size === LISTENERS.length) resolve();
    });
  });
  return {
    ports,
    lines,
    stop() {
      child.kill();
      return ended;
    },
  };
}
