import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOKEN } from '../plan/attempt';
import {
  type CommandResult,
  type Honest,
  type HonestOutcome,
  type HonestStep,
  requestsOf,
} from '../plan/honest';
import type { Reply } from '../plan/wire';
import type { Stage } from './stage';

/** Longest that a command on the agent's host may take, in seconds. */
const SECONDS = 60;
/** What must work is tried so many at a time. */
const LANES = 6;
/** The name service of an agent host: its proxy box, and nobody else this machine may know. */
const MOUNTS =
  'mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"';

/** Plays what must work. @returns what came of it, by id */
export async function playHonest(
  stage: Stage,
  honest: readonly Honest[],
  scratch: string,
  onDone: (id: string) => void,
): Promise<Map<string, HonestOutcome>> {
  const outcomes = new Map<string, HonestOutcome>();
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (let index = lane; index < honest.length; index += LANES) {
        const each = honest[index] as Honest;
        if (typeof each.steps !== 'string')
          outcomes.set(each.id, await outcomeOf(stage, each, each.steps, scratch));
        onDone(each.id);
      }
    }),
  );
  return outcomes;
}

async function outcomeOf(
  stage: Stage,
  { agent, fault, saw }: Honest,
  steps: readonly HonestStep[],
  scratch: string,
): Promise<HonestOutcome> {
  const token = `DLAB-Y00-${randomBytes(4).toString('hex')}`;
  const { next } = await stage.internet.since(Number.MAX_SAFE_INTEGER);
  const replies: Reply[] = [];
  const commands: CommandResult[] = [];
  for (const step of steps) {
    if ('exchange' in step)
      replies.push(await send(stage, agent, { do: 'exchange', ...step.exchange }, token));
    else if ('ordinary' in step)
      replies.push(await send(stage, agent, { do: 'ordinary', ...step.ordinary }, token));
    else commands.push(await command(stage, agent, step.command, token, scratch));
  }
  const { arrivals } = await stage.internet.since(next);
  const seen = { replies, commands, arrivals: arrivals.filter(({ tokens }) => tokens.includes(token)) };
  return {
    fault: fault(seen),
    saw: saw?.(seen) ?? 'as it should be',
    requests: requestsOf(steps, seen.arrivals),
  };
}

async function send(stage: Stage, agent: string, ask: object, token: string): Promise<Reply> {
  const text = JSON.stringify(ask).replaceAll(TOKEN, token);
  const reply = await stage.hand(agent).ask(JSON.parse(text), 120_000);
  if (reply.broken !== undefined) throw new Error(`the hand of ${agent}: ${reply.broken}`);
  return reply as unknown as Reply;
}

async function command(
  stage: Stage,
  agent: string,
  words: readonly string[],
  token: string,
  scratch: string,
): Promise<CommandResult> {
  const own = stage.box(agent).address;
  // Commands of several agents run side by side.
  const directory = join(scratch, agent);
  mkdirSync(directory, { recursive: true });
  const authority = join(directory, 'ca.crt');
  writeFileSync(authority, stage.internet.certificates[agent] ?? '');
  writeFileSync(join(directory, 'resolv.conf'), `nameserver ${own}\noptions no-aaaa timeout:1\n`);
  writeFileSync(join(directory, 'nsswitch.conf'), 'hosts: files dns\npasswd: files\ngroup: files\n');
  const trust = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO', 'CURL_CA_BUNDLE'];
  const done = await stage.hand(agent).ask(
    {
      do: 'command',
      words: [
        'unshare',
        '--mount',
        'sh',
        '-c',
        MOUNTS,
        directory,
        ...words.map((each) => each.replaceAll(TOKEN, token)),
      ],
      env: { HOME: directory, ...Object.fromEntries(trust.map((name) => [name, authority])) },
      seconds: SECONDS,
    },
    (SECONDS + 10) * 1000,
  );
  return { status: Number(done.status ?? -1), output: String(done.output ?? done.broken ?? '') };
}
