import type { Agent, Airlock } from '../config/model';
import { type NoAnswer, unlessRefused } from './aws';
import { fail, type Subject, type Verdict } from './preflight/check';
import { PREFLIGHT_CHECKS } from './preflight/checks';
import type { Live } from './preflight/live';
import { stateSource } from './preflight/state-source';
import { proveInvariants } from './synth/invariants';
import { agentUserDataOf, readKitTemplate } from './user-data';

export interface PreflightInput {
  readonly airlock: Airlock;
  readonly agent: Agent;
  /** Path of the synthesised template. */
  readonly template: string;
  /** @default the deployed stack is not asked */
  readonly live?: Live;
  readonly now: Date;
}

export type Line = { readonly id: string; readonly title: string } & Verdict;

export type PreflightResult =
  | { readonly reason: 'ready' | 'not-ready'; readonly agent: string; readonly lines: readonly Line[] }
  | { readonly reason: 'no-template'; readonly message: string }
  /** AWS can't be asked, or has no machine of this agent. */
  | NoAnswer;

/** Runs every check. A check without an answer from AWS fails. */
export async function preflight(input: PreflightInput): Promise<PreflightResult> {
  const { airlock, agent } = input;
  const read = readKitTemplate(input.template);
  if (!read.ok) return { reason: 'no-template', message: read.message };
  const proof = proveInvariants(read.template, [agent.name]);
  const found = agentUserDataOf(input.template, agent.name);
  if (!proof.ok || found.reason !== 'found') {
    const why = proof.ok ? `it has no host of ${agent.name}` : proof.message;
    return {
      reason: 'no-template',
      message: `template ${input.template}: ${why}: run "npx airlock synth" again`,
    };
  }
  const subject: Subject = {
    airlock,
    agent,
    invariants: proof.invariants,
    userData: found.lines.join('\n'),
    live: input.live,
    now: input.now,
  };
  const unanswered = input.live && (await whyUnanswered(input.live, `${airlock.name}/${agent.name}`));
  if (unanswered) {
    // The source of an agent's state matters before its first deployment already.
    if (agent.host.stateFrom === undefined) return { reason: 'no-answer', message: unanswered };
    const state = await judged(() => stateSource.run(subject));
    const of = state.result === 'fail' ? `${state.reason}: ${state.fix}` : state.reason;
    return { reason: 'no-answer', message: `${unanswered}; host.stateFrom: ${of}` };
  }
  const lines: Line[] = [];
  for (const { id, title, run } of PREFLIGHT_CHECKS) {
    lines.push({ id, title, ...(await judged(() => run(subject))) });
  }
  const isReady = lines.every(({ result }) => result !== 'fail');
  return { reason: isReady ? 'ready' : 'not-ready', agent: agent.name, lines };
}

/**
 * Why no check can be answered, so that one error stands for all. A missing permission isn't such a reason: other calls
 * may be allowed.
 */
async function whyUnanswered(live: Live, cell: string): Promise<string | undefined> {
  return unlessRefused(
    async () =>
      (await live.machines()).length > 0
        ? undefined
        : `no machine of ${cell} is in ${live.region}: deploy the stack, or name its Region with --region`,
    (why, { reason }) => (reason === 'denied' ? undefined : why),
  );
}

function judged(run: () => Verdict | Promise<Verdict>): Promise<Verdict> {
  return unlessRefused(run, (_, { message, fix }) => fail(message, fix));
}
