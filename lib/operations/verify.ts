import type { Airlock } from '../config/model';
import { didYouMean } from '../config/nearest';
import { type Aws, answered, unlessRefused } from './aws';
import type { Verdict } from './preflight/check';
import type { Subject, VerifyCheck } from './verify/check';
import { VERIFY_CHECKS } from './verify/checks';
import { type Deployed, readDeployed } from './verify/deployed';
import { isFault } from './verify/fault';
import { type Live, liveOf } from './verify/live/live';

export interface VerifyInput {
  readonly aws: Aws;
  readonly stack: string;
  /** @default every agent of the deployed stack */
  readonly agent?: string;
  /** @default the deployed policy isn't compared with the configuration's */
  readonly airlock?: Airlock;
  /** Accepts that the agent is contained, or half contained: `release` checks before it opens. @default false */
  readonly contained?: boolean;
  readonly now: Date;
}

export type VerifyLine = {
  readonly id: string;
  readonly title: string;
  readonly invariants: readonly string[];
  /** @default it is about what the agents share */
  readonly agent?: string;
} & (Verdict | NoAnswer);

/** AWS didn't answer what the check asks; `fix` names the permission when that is why. */
export interface NoAnswer {
  readonly result: 'no answer';
  readonly reason: string;
  readonly fix: string;
}

export type VerifyResult =
  | {
      readonly reason: 'verified' | 'failed';
      readonly stack: string;
      readonly account: string;
      readonly region: string;
      readonly at: string;
      readonly lines: readonly VerifyLine[];
    }
  /** AWS can't be asked, or has no such stack or agent. */
  | { readonly reason: 'no-answer'; readonly message: string };

/** Compares the account with what was deployed. A check without an answer from AWS names the permission, and counts as failed. */
export async function verify(
  input: VerifyInput,
  checks: readonly VerifyCheck[] = VERIFY_CHECKS,
): Promise<VerifyResult> {
  const { aws, stack, airlock, contained = false } = input;
  const found = await answered(() => readDeployed(aws, stack));
  if (found.reason !== 'found') return { reason: 'no-answer', message: found.message };
  const { deployed } = found;
  const agents = agentsOf(deployed);
  if (input.agent !== undefined && !agents.includes(input.agent)) {
    return { reason: 'no-answer', message: unknownAgent(input.agent, stack, agents) };
  }
  const now = new Date(input.now.getTime() + aws.clockOffset());
  const live = liveOf(aws, deployed, now);
  const subject = (agent: string): Subject => ({ deployed, agent, airlock, contained, now });
  const shared = checks
    .filter(({ scope }) => scope === 'stack')
    .map((check) => line(check, live, subject('')));
  const own = (input.agent === undefined ? agents : [input.agent]).flatMap((agent) =>
    checks
      .filter(({ scope }) => scope === 'agent')
      .map(async (check) => ({ ...(await line(check, live, subject(agent))), agent })),
  );
  const lines: VerifyLine[] = await Promise.all([...shared, ...own]);
  const hasFailed = lines.some(isFault);
  const { account, region } = deployed;
  return { reason: hasFailed ? 'failed' : 'verified', stack, account, region, at: now.toISOString(), lines };
}

async function line(check: VerifyCheck, live: Live, subject: Subject): Promise<VerifyLine> {
  const { id, title, invariants } = check;
  const verdict = await unlessRefused(
    () => check.run(live, subject),
    (_, { message, fix }): NoAnswer => ({ result: 'no answer', reason: message, fix }),
  );
  return { id, title, invariants, ...verdict };
}

/** Every agent that something of the deployed stack belongs to. */
export function agentsOf({ resources }: Deployed): string[] {
  return [...new Set(resources.flatMap(({ agent }) => agent ?? []))].sort();
}

/** Names the agents that there are, and the nearest. */
export function unknownAgent(agent: string, stack: string, names: readonly string[]): string {
  return `the deployed stack ${stack} has no agent "${agent}": it has ${names.join(', ') || 'none'}${didYouMean(agent, names)}`;
}
