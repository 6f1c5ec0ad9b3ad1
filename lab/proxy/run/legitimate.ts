import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inLanes } from '../../host/lanes';
import { marked } from '../plan/attempt';
import { requestsOf, type Use, type UseResult, type UseSeen } from '../plan/use';
import type { Reply } from '../plan/wire';
import { type Deployment, markOf } from './deployment';

/** Longest that a command on the agent host may take, in seconds. */
const SECONDS = 60;
/** Milliseconds to wait for an answer: what is allowed works on a busy machine, too. */
const PATIENCE = 20_000;
const LANES = 6;
/** The name service of an agent host: its proxy box, and nothing that this machine uses. */
const MOUNTS =
  'mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"';

/** Runs legitimate traffic. @returns what came of it, by id */
export async function runUses(
  deployment: Deployment,
  uses: readonly Use[],
  scratch: string,
  done: () => void,
): Promise<Map<string, UseResult>> {
  const results = new Map<string, UseResult>();
  await inLanes(LANES, uses, async (use) => {
    results.set(use.id, await runUse(deployment, use, scratch));
    done();
  });
  return results;
}

async function runUse(
  deployment: Deployment,
  { agent, run, fault, saw }: Use,
  scratch: string,
): Promise<UseResult> {
  const token = markOf('Y00');
  const start = await deployment.internet.now();
  const replies: Reply[] = [];
  const commands: UseSeen['commands'][number][] = [];
  for (const step of marked(run, token)) {
    if ('command' in step) commands.push(await command(deployment, agent, step.command, scratch));
    else {
      const ask =
        'exchange' in step
          ? { do: 'exchange', patience: PATIENCE, ...step.exchange }
          : { do: 'ordinary', patience: PATIENCE, ...step.ordinary };
      replies.push(await deployment.ask(agent, ask));
    }
  }
  const { arrivals } = await deployment.internet.since(start);
  const seen = { replies, commands, arrivals: arrivals.filter(({ tokens }) => tokens.includes(token)) };
  const wrong = fault(seen);
  return {
    observation:
      wrong === undefined
        ? { result: 'held', saw: saw?.(seen) ?? 'works' }
        : { result: 'failed', saw: wrong },
    requests: requestsOf(seen.arrivals),
  };
}

async function command(
  deployment: Deployment,
  agent: string,
  words: readonly string[],
  scratch: string,
): Promise<UseSeen['commands'][number]> {
  const own = deployment.box(agent).address;
  // Commands of several agents run side by side.
  const directory = join(scratch, agent);
  mkdirSync(directory, { recursive: true });
  const authority = join(directory, 'ca.crt');
  writeFileSync(authority, deployment.internet.certificates[agent] ?? '');
  writeFileSync(join(directory, 'resolv.conf'), `nameserver ${own}\noptions no-aaaa timeout:1\n`);
  writeFileSync(join(directory, 'nsswitch.conf'), 'hosts: files dns\npasswd: files\ngroup: files\n');
  const trust = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO', 'CURL_CA_BUNDLE'];
  const done = await deployment.worker(agent).ask(
    {
      do: 'command',
      words: ['unshare', '--mount', 'sh', '-c', MOUNTS, directory, ...words],
      env: { HOME: directory, ...Object.fromEntries(trust.map((name) => [name, authority])) },
      seconds: SECONDS,
    },
    (SECONDS + 10) * 1000,
  );
  return { status: Number(done.status ?? -1), output: String(done.output ?? done.broken ?? '') };
}
