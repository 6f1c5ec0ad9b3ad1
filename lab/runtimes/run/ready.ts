import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checkedVersion, type ProvenRuntime, RUNTIME_CHECKS } from '..';

export const PROVEN = Object.keys(RUNTIME_CHECKS) as readonly ProvenRuntime[];

/** The directory in which scripts/fetch-runtimes.mjs puts a runtime. */
export function directoryOf(runtime: ProvenRuntime): string {
  const cache = process.env.AIRLOCK_RUNTIMES ?? join(homedir(), '.cache', 'agent-airlock', 'runtimes');
  return join(cache, `${runtime}-${checkedVersion(runtime)}`);
}

/** What is missing to run the checks here. It is printed, so that nobody takes a skipped suite for one that passed. */
export function missing(): string | undefined {
  const why =
    process.platform !== 'linux' || process.getuid?.() !== 0
      ? 'the runtimes are proven in network namespaces: run as root on Linux'
      : (['go', 'ip', 'nft', 'unshare', 'setpriv', 'openssl', 'dnsmasq']
          .filter((tool) => !has(tool))
          .map((tool) => `no ${tool} here`)[0] ??
        PROVEN.map(directoryOf)
          .filter((directory) => !existsSync(directory))
          .map((directory) => `${directory} is not there: run node scripts/fetch-runtimes.mjs`)[0]);
  if (why !== undefined) process.stderr.write(`skipped: ${why}\n`);
  return why;
}

function has(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}
